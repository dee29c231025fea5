//! The page as a WebAssembly module. What is made of crates together is optimised as the crate that joins them: the page,
//! which is made small, would have the engine made small, too.

extern crate gradprix_page as _;
