//! What a program tells its conductor: figures with names.

/// Prints one figure. The name's last word is its unit.
pub(crate) fn tell(name: &str, value: f64) {
    println!("{name} {value:.3}");
}
