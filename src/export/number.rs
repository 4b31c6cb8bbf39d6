//! Scores and confidences as formats write them: three decimals, a dot, never `-0` or `NaN`.

/// A confidence as `0.870`; `None` where it is no number.
pub(super) fn confidence(value: f32) -> Option<String> {
    score(value.clamp(0.0, 1.0))
}

/// A score as `-12.500`; `None` where it is no number.
pub(super) fn score(value: f32) -> Option<String> {
    // Adding 0 to the rounded value turns -0 into 0.
    let rounded = (f64::from(value) * 1000.0).round() / 1000.0 + 0.0;
    rounded.is_finite().then(|| format!("{rounded:.3}"))
}

/// The number, for formats that write numbers themselves; `None` where it is none.
pub(super) fn finite(value: f32) -> Option<f32> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidence_stays_between_0_and_1_and_a_score_keeps_its_sign() {
        let check = |value: f32, expected: (Option<&str>, Option<&str>)| {
            assert_eq!((confidence(value).as_deref(), score(value).as_deref()), expected, "{value}");
        };
        check(0.8704, (Some("0.870"), Some("0.870")));
        check(-2.5, (Some("0.000"), Some("-2.500")));
        check(-0.0001, (Some("0.000"), Some("0.000")));
        check(1.5, (Some("1.000"), Some("1.500")));
        check(f32::NAN, (None, None));
        check(f32::INFINITY, (Some("1.000"), None));
    }
}
