//! How deep JSON goes, before anything follows it down.

/// Lists and objects that may stand in one another: more than in any race, and fewer than the stack takes.
const DEEPEST: usize = 32;

/// Whether the lists and objects of the JSON `text` stand in one another deeper than those of a race.
pub fn is_deep(text: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_in_one_another_is_deep() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(!is_deep(&nested(DEEPEST)) && is_deep(&nested(DEEPEST + 1)));
        assert!(!is_deep(&"{}".repeat(1000)));
        assert!(!is_deep(&format!("{{\"name\": \"\\\"{}\"}}", "[".repeat(1000))));
        assert!(is_deep(&"{\"a\":".repeat(100_000)));
    }
}
