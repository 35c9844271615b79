//! The pictures' colours in light and in dark, and text that is safe in SVG.

/// Every colour has a class. The card has a background of its own: a page may be dark where the system is light.
pub(super) const STYLE: &str = "\
text { font-family: -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif; fill: #1f2328; }
.card { fill: #ffffff; stroke: #d1d9e0; }
.head { font-size: 17px; font-weight: 600; }
.title { font-size: 13px; font-weight: 600; }
.small { font-size: 11px; fill: #59636e; }
.peer { font-size: 11.5px; }
.value { font-size: 11.5px; font-variant-numeric: tabular-nums; paint-order: stroke; stroke: #ffffff; \
stroke-width: 4px; stroke-linejoin: round; }
.strong { font-weight: 700; fill: #bc4c00; }
.axis { stroke: #d1d9e0; }
.peers { fill: #b7c0ca; }
.ours { fill: #e8590c; }
.ours-too { fill: #f7b28d; }
.floor { fill: url(#hatch); stroke: #818b98; stroke-dasharray: 3 2; }
.line { stroke: #818b98; stroke-dasharray: 3 3; }
.hatch { stroke: #818b98; stroke-width: 1; }
.whisker { stroke: #1f2328; stroke-width: 1; fill: none; opacity: 0.75; }
.gap { fill: #ffffff; }
.edge { stroke: #59636e; stroke-width: 1; fill: none; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.card { fill: #0d1117; stroke: #3d444d; }
.small { fill: #9198a1; }
.value { stroke: #0d1117; }
.strong { fill: #ff9b5e; }
.axis { stroke: #3d444d; }
.peers { fill: #4a5461; }
.ours { fill: #f0752e; }
.ours-too { fill: #90502a; }
.floor { stroke: #7d8590; }
.line { stroke: #7d8590; }
.hatch { stroke: #7d8590; }
.whisker { stroke: #e6edf3; }
.gap { fill: #0d1117; }
.edge { stroke: #9198a1; }
}
";

/// The pattern of a floor's bar.
pub(super) const HATCH: &str = "<pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" \
    patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V5\"/></pattern>";

/// Text without what SVG would take for its own.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A line of text. `anchor` is `start`, `middle` or `end`.
pub(super) fn text(class: &str, anchor: &str, (x, y): (f64, f64), words: &str) -> String {
    let words = escape(words);
    format!(
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>\n"
    )
}

/// A bar's rectangle.
pub(super) fn rectangle(class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) -> String {
    format!(
        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"1.5\"/>\n"
    )
}

/// Whatever a path's letters say.
pub(super) fn path(class: &str, letters: &str) -> String {
    format!("<path class=\"{class}\" d=\"{letters}\"/>\n")
}
