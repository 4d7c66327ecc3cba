//! Numbers as people read them.

/// Four decimals, or an exponent where those would say nothing; a dash for what is no number.
pub(crate) fn figure(x: f64) -> String {
    match x.abs() {
        size if size.is_nan() => "–".to_owned(),
        0.0 => "0.0000".to_owned(),
        1e-3..1e5 => format!("{x:.4}"),
        _ => format!("{x:.2e}"),
    }
}

/// A number in its shortest exact form: `3`, not `3.0`; `1e-7`.
pub(crate) fn exact(x: f64) -> String {
    let mut text = format!("{x:?}");
    if text.ends_with(".0") {
        text.truncate(text.len() - 2);
    }
    text
}

/// A share as a whole percentage.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

/// Seconds, minutes or hours, whichever reads best.
pub(crate) fn duration(seconds: f64) -> String {
    match seconds {
        ..10.0 => format!("{seconds:.2} s"),
        ..100.0 => format!("{seconds:.1} s"),
        ..6000.0 => format!("{:.1} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

/// `1 row`, `2 rows`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// The first names, and how many there are if those are not all.
pub(crate) fn listing(names: &[String]) -> String {
    const LISTED: usize = 10;
    let more = if names.len() > LISTED { format!(", … {} in all", names.len()) } else { String::new() };
    format!("{}{more}", names[..names.len().min(LISTED)].join(", "))
}

/// The text, cut to `width` characters.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// The text in lines of at most `width` characters, cut between words where there are any.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_hand() {
        assert_eq!([0.0, 0.12345, -3.5, 1e-4, 2e7].map(figure), ["0.0000", "0.1235", "-3.5000", "1.00e-4", "2.00e7"]);
        assert_eq!(figure(f64::NAN), "–");
        assert_eq!([3.0, 0.1, 1e-7].map(exact), ["3", "0.1", "1e-7"]);
        assert_eq!([0.04, 90.0, 600.0, 7200.0].map(duration), ["0.04 s", "90.0 s", "10.0 min", "2.0 h"]);
        assert_eq!(wrap("ab cd ef\nabcdefgh x", 5), ["ab cd", "ef", "abcdefgh", "x"]);
        assert_eq!((cut("abcdef", 4), cut("abcd", 4)), ("abc…".to_owned(), "abcd".to_owned()));
    }
}
