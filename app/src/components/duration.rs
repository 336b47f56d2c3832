//! How long something took.

/// Milliseconds as people read them: `420 ms`, `1.2 s`, `3 min 5 s`.
pub fn milliseconds(duration: f64) -> String {
    if duration < 1_000.0 {
        format!("{duration:.0} ms")
    } else if duration < 60_000.0 {
        format!("{:.1} s", duration / 1_000.0)
    } else {
        let seconds = (duration / 1_000.0).round();
        let minutes = (seconds / 60.0).floor();
        format!("{minutes:.0} min {:.0} s", seconds - minutes * 60.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short_to_read() {
        assert_eq!(milliseconds(419.6), "420 ms");
        assert_eq!(milliseconds(1_240.0), "1.2 s");
        assert_eq!(milliseconds(185_000.0), "3 min 5 s");
    }
}
