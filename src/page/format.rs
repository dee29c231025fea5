//! Numbers as a reader wants to see them, of about the same width whatever their size.

use gradprix::plot::Quantity;
use gradprix::race::metric::Metric;
use gradprix::text::{Phrase, number};

/// A loss in nats: `0.1834`, `12.41`, `1.6e5`.
pub(super) fn loss(loss: f32) -> String {
    match loss {
        loss if loss < 10.0 => format!("{loss:.4}"),
        loss if loss < 100.0 => format!("{loss:.3}"),
        loss if loss < 1000.0 => format!("{loss:.2}"),
        loss => format!("{loss:.1e}"),
    }
}

/// A share from 0 to 1 as a percentage: `94.72%`.
pub(super) fn percent(share: f32) -> String {
    format!("{:.2}%", 100.0 * share)
}

/// A whole number with its thousands apart: `60,000`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A rate per second: whole from ten on, with one decimal below.
pub(super) fn rate(rate: f64) -> String {
    if rate > 0.0 && rate < 10.0 { format!("{rate:.1}") } else { grouped(rate.round() as u64) }
}

/// Bytes as megabytes: `11.6`.
pub(super) fn megabytes(bytes: f64) -> String {
    format!("{:.1}", bytes / 1e6)
}

/// A place in the standings: `1st`.
pub(super) fn place(place: usize) -> Phrase {
    let ending = match (place % 10, place % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    Phrase { en: format!("{place}{ending}"), zh: format!("第 {place}") }
}

/// A learning rate to three significant digits: `0.0794`, `7.94e-5`.
pub(super) fn learning_rate(rate: f64) -> String {
    let rounded = format!("{rate:.2e}");
    // Read back, it is shown without trailing zeros and, where it is not tiny, without an exponent.
    number(&rounded).map_or(rounded, |rate| if rate >= 1e-4 { rate.to_string() } else { format!("{rate:e}") })
}

/// What a chart's y axis shows, exactly enough to tell racers apart.
pub(super) fn quantity(quantity: Quantity, value: f32) -> String {
    match quantity {
        Quantity::LOSS | Quantity::Metric(Metric::GradientNorm) => loss(value),
        _ if quantity.is_share() => percent(value),
        _ => learning_rate(f64::from(value)),
    }
}

/// A time in seconds: `0.92 s`, `12.3 s`, `2 min 5 s`.
pub(super) fn seconds(seconds: f64) -> Phrase {
    let shown = match seconds {
        seconds if seconds < 10.0 => format!("{seconds:.2}"),
        seconds if seconds < 100.0 => format!("{seconds:.1}"),
        seconds => {
            let (minutes, seconds) = ((seconds / 60.0).floor(), (seconds % 60.0).floor());
            return phrase!("{minutes} min {seconds} s", "{minutes} 分 {seconds} 秒", minutes, seconds);
        }
    };
    phrase!("{shown} s", "{shown} 秒", shown)
}
