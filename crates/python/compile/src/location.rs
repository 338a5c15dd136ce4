//! Byte offsets to lines and columns.

use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::code::Position;

/// Marks an instruction that belongs to no source text.
pub(crate) const NO_LOCATION: TextRange = TextRange::new(TextSize::new(u32::MAX), TextSize::new(u32::MAX));

/// Offsets at which the lines of a source start. Lines end with `\n`, `\r\n` or `\r`.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Line and column of each offset, where offsets are numbers of places (see [`crate::tree`]); else empty.
    places: Vec<(u32, u32)>,
}

impl LineIndex {
    /// Scans `source`, which is at most 4 GiB long.
    pub fn new(source: &str) -> LineIndex {
        let bytes = source.as_bytes();
        let mut starts = Vec::with_capacity(bytes.len() / 32 + 1);
        starts.push(0);
        for (i, &byte) in bytes.iter().enumerate() {
            if byte == b'\n' || (byte == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
                starts.push(i as u32 + 1);
            }
        }
        LineIndex { starts, places: Vec::new() }
    }

    /// Offsets are indices of these places, which are sorted.
    pub(crate) fn of_places(places: Vec<(u32, u32)>) -> LineIndex {
        LineIndex { starts: vec![0], places }
    }

    /// Line (from 1) and column (bytes, from 0) of an offset.
    pub fn line_column(&self, offset: TextSize) -> (u32, u32) {
        let offset = u32::from(offset);
        if let Some(place) = self.places.get(offset as usize) {
            return *place;
        }
        let line = self.starts.partition_point(|&start| start <= offset);
        (line as u32, offset - self.starts[line - 1])
    }

    /// Line (from 1) of an offset.
    pub fn line(&self, offset: TextSize) -> u32 {
        self.line_column(offset).0
    }

    /// Offset at which a line starts; the end of the source for lines after the last.
    pub fn line_start(&self, line: u32) -> usize {
        let i = (line as usize).saturating_sub(1).min(self.starts.len() - 1);
        self.starts[i] as usize
    }

    /// Number of lines; a final newline starts one more.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// Text of a line with its line end.
    pub fn line_text<'s>(&self, source: &'s str, line: u32) -> &'s str {
        let start = self.line_start(line);
        let end = self.starts.get(line as usize).map_or(source.len(), |&e| e as usize);
        source.get(start..end.max(start)).unwrap_or("")
    }

    /// Position of a node.
    pub(crate) fn position(&self, range: TextRange) -> Position {
        if range == NO_LOCATION {
            return Position::default();
        }
        let (line, column) = self.line_column(range.start());
        let (end_line, end_column) = self.line_column(range.end());
        Position { line, end_line, column, end_column }
    }
}

/// The range from the start of one node to the end of another. In a tree that a program built, the second may come first.
pub(crate) fn span(first: &impl Ranged, last: &impl Ranged) -> TextRange {
    TextRange::new(first.start(), last.end().max(first.start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_line_ends_count() {
        let source = "a\nb\r\nc\rd";
        let lines = LineIndex::new(source);
        assert_eq!(lines.line_count(), 4);
        assert_eq!(lines.line_column(TextSize::new(7)), (4, 0));
        assert_eq!(lines.line_text(source, 2), "b\r\n");
    }
}
