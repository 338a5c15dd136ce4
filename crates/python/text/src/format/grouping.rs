//! Grouping of digits: `,`, `_`, or what a locale says.

use super::spec::Grouping;
use std::borrow::Cow;

/// How numbers are written somewhere. Texts are UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumericLocale {
    pub decimal_point: String,
    pub separator: String,
    /// Sizes of groups from the right, as `localeconv()['grouping']`: the last repeats, 127 ends grouping.
    pub sizes: Vec<u8>,
}

/// `sizes` that says no more grouping.
const NO_MORE: u8 = 127;

/// Separator and sizes of groups.
pub(crate) struct Groups<'a> {
    pub separator: &'a str,
    pub sizes: Cow<'a, [u8]>,
}

impl<'a> Groups<'a> {
    pub fn new(grouping: Option<Grouping>) -> Groups<'a> {
        let (separator, sizes): (_, &[u8]) = match grouping {
            None => ("", &[]),
            Some(Grouping::Comma) => (",", &[3]),
            Some(Grouping::Underscore) => ("_", &[3]),
            Some(Grouping::UnderscoreFour) => ("_", &[4]),
        };
        Groups { separator, sizes: sizes.into() }
    }

    pub fn of_locale(locale: &'a NumericLocale) -> Groups<'a> {
        Groups { separator: &locale.separator, sizes: locale.sizes.as_slice().into() }
    }

    /// The digits in groups, with zeros in front up to `width` code points.
    pub fn apply(&self, digits: &[u8], width: usize) -> Vec<u8> {
        let separator_width = self.separator.chars().count() as i64;
        let (mut rest, mut width) = (digits, width as i64);
        let mut parts: Vec<Vec<u8>> = Vec::new();
        let mut step = 0;
        loop {
            let wanted = (rest.len() as i64).max(width).max(1);
            let (size, is_last) = match self.size(step) {
                Some(size) => (i64::from(size).min(wanted), false),
                None => (wanted, true),
            };
            step += 1;
            let (head, tail) = rest.split_at(rest.len().saturating_sub(size as usize));
            let mut part = vec![b'0'; size as usize - tail.len()];
            part.extend_from_slice(tail);
            parts.push(part);
            rest = head;
            width -= size;
            if is_last || rest.is_empty() && width <= 0 {
                break;
            }
            width -= separator_width;
        }
        parts.reverse();
        parts.join(self.separator.as_bytes())
    }

    /// The size of a group, counted from the right. `None`: all that is left.
    fn size(&self, step: usize) -> Option<u8> {
        let last = self.sizes.last()?;
        let size = *self.sizes.get(step).unwrap_or(last);
        (size != 0 && size != NO_MORE).then_some(size)
    }

    /// Digits of a fraction in groups from the left.
    pub fn apply_to_fraction(&self, digits: &[u8]) -> Vec<u8> {
        match self.sizes.first() {
            Some(&size) if size != NO_MORE && size != 0 => {
                digits.chunks(size.into()).collect::<Vec<_>>().join(self.separator.as_bytes())
            }
            _ => digits.to_vec(),
        }
    }
}
