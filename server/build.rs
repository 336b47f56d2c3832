//! A new migration changes no Rust file, and must still be compiled in.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
