//! "Did you mean …?": the closest name by a Levenshtein distance that counts a change of case as half a substitution.
//! Source: CPython 3.14 `Lib/traceback.py: _compute_suggestion_error` (behaviour).

const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;
const MOST_CANDIDATES: usize = 750;
const LONGEST: usize = 40;

/// The candidate that is close enough to be meant; the earlier of equally close ones.
pub fn closest<'a>(wrong: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let length = wrong.chars().count();
    if length > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.take(MOST_CANDIDATES) {
        if candidate == wrong {
            continue;
        }
        let most = (candidate.chars().count() + length + 3) * MOVE_COST / 6;
        let most = best.map_or(most, |(distance, _)| most.min(distance.saturating_sub(1)));
        let distance = distance(wrong, candidate);
        if distance <= most && best.is_none_or(|(known, _)| distance < known) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate.to_string())
}

fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).map(|n| n * MOVE_COST).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * MOVE_COST;
        for (j, y) in b.iter().enumerate() {
            let substitute = diagonal
                + if x == y {
                    0
                } else if x.eq_ignore_ascii_case(y) {
                    CASE_COST
                } else {
                    MOVE_COST
                };
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j + 1] + MOVE_COST).min(row[j] + MOVE_COST);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        assert_eq!(closest("pritn", ["print", "repr"].into_iter()), Some("print".into()));
        assert_eq!(closest("Print", ["print"].into_iter()), Some("print".into()));
        assert_eq!(closest("xyz", ["print", "abc"].into_iter()), None);
    }
}
