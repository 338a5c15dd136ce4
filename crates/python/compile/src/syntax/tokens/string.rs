//! String literals; f- and t-strings with their replacement fields.

use super::{Interpolated, Result, TokenKind, Tokenizer};

impl Tokenizer<'_> {
    /// Reads the opening quotes and says what they are.
    fn opening_quotes(&mut self) -> (u8, usize) {
        let quote = self.peek(0);
        let len = if self.peek(1) == quote && self.peek(2) == quote { 3 } else { 1 };
        self.at += len;
        (quote, len)
    }

    pub(super) fn string(&mut self, start: usize) -> Result<()> {
        let (line, line_start) = (self.line, self.line_start);
        let (quote, quote_len) = self.opening_quotes();
        let mut escaped_quote = false;
        let mut end_quotes = 0;
        while end_quotes < quote_len {
            let c = self.peek(0);
            if self.is_end() || quote_len == 1 && c == b'\n' {
                let at_end = self.at + 1 >= self.bytes.len();
                let detected = if self.is_end() { self.line - 1 } else { self.line };
                self.at = start + 1;
                (self.line, self.line_start) = (line, line_start);
                if let Some(outer) = self.strings.last()
                    && outer.quote == quote
                    && outer.quote_len == quote_len
                {
                    return self.fail(format!("{}-string: expecting '}}'", outer.letter));
                }
                let what = if quote_len == 3 { "triple-quoted string" } else { "string" };
                let hint = match escaped_quote && quote_len == 1 {
                    true => "; perhaps you escaped the end quote?",
                    false => "",
                };
                return self.fail_at_end(
                    format!("unterminated {what} literal (detected at line {detected}){hint}"),
                    at_end,
                );
            }
            if c == quote {
                self.at += 1;
                end_quotes += 1;
                continue;
            }
            end_quotes = 0;
            if c == b'\\' {
                self.at += 1;
                escaped_quote |= self.peek(0) == quote;
            }
            match self.peek(0) {
                _ if self.is_end() => {}
                b'\n' => self.newline(),
                _ => self.at += 1,
            }
        }
        self.push(TokenKind::String, start, line);
        Ok(())
    }

    pub(super) fn interpolated_start(&mut self, start: usize, letter: char, is_raw: bool) -> Result<()> {
        let (line, line_start) = (self.line, self.line_start);
        let (quote, quote_len) = self.opening_quotes();
        if self.strings.len() >= 149 {
            return self.fail("too many nested f-strings or t-strings");
        }
        self.strings.push(Interpolated {
            letter,
            quote,
            quote_len,
            is_raw,
            start,
            line,
            line_start,
            depth: 0,
            field_depth: -1,
            in_literal: true,
            in_format_spec: false,
            in_debug: false,
        });
        self.push(TokenKind::StringStart(letter), start, line);
        Ok(())
    }

    /// Reads the literal text of an f-string up to a replacement field or the end.
    pub(super) fn literal_part(&mut self) -> Result<()> {
        let (start, line) = (self.at, self.line);
        let s = self.strings.last_mut().expect("called inside an f-string");
        let (quote, quote_len, is_raw, letter) = (s.quote, s.quote_len, s.is_raw, s.letter);
        let in_format_spec = s.in_format_spec && s.field_depth >= 0;
        if self.bytes[self.at..].starts_with(b"{") && (in_format_spec || self.peek(1) != b'{') {
            return self.open_field();
        }
        let quotes = [quote; 3];
        if self.bytes[self.at..].starts_with(&quotes[..quote_len]) {
            self.at += quote_len;
            self.push(TokenKind::StringEnd, start, line);
            self.strings.pop();
            return Ok(());
        }
        loop {
            let c = self.peek(0);
            if self.is_end() || quote_len == 1 && c == b'\n' {
                if in_format_spec && !self.is_end() {
                    self.at += 1;
                    return self.fail(format!(
                        "{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings"
                    ));
                }
                let at_end = self.at + 1 >= self.bytes.len();
                let detected = if self.is_end() { self.line - 1 } else { self.line };
                let s = self.strings.last().expect("called inside an f-string");
                (self.at, self.line, self.line_start) = (s.start + 1, s.line, s.line_start);
                let triple = if quote_len == 3 { "triple-quoted " } else { "" };
                return self.fail_at_end(
                    format!("unterminated {triple}{letter}-string literal (detected at line {detected})"),
                    at_end,
                );
            }
            if self.bytes[self.at..].starts_with(&quotes[..quote_len]) {
                break;
            }
            match c {
                b'{' if self.peek(1) == b'{' && !in_format_spec => {
                    self.at += 1;
                    self.push(TokenKind::StringMiddle, start, line);
                    self.at += 1;
                    return Ok(());
                }
                b'{' => break,
                b'}' => {
                    let s = self.strings.last_mut().expect("called inside an f-string");
                    if self.bytes.get(self.at + 1) == Some(&b'}') && !in_format_spec && s.depth == 0 {
                        self.at += 1;
                        self.push(TokenKind::StringMiddle, start, line);
                        self.at += 1;
                    } else {
                        s.in_literal = false;
                        s.in_format_spec = false;
                        self.push(TokenKind::StringMiddle, start, line);
                    }
                    return Ok(());
                }
                b'\\' => {
                    self.at += 1;
                    match self.peek(0) {
                        b'{' | b'}' => {}
                        b'N' if !is_raw && self.peek(1) == b'{' => {
                            self.at += 2;
                            while !matches!(self.peek(0), b'}' | b'\n')
                                && self.peek(0) != quote
                                && !self.is_end()
                            {
                                self.at += 1;
                            }
                            if self.peek(0) == b'}' {
                                self.at += 1;
                            }
                        }
                        b'\n' => self.newline(),
                        _ if self.is_end() => {}
                        _ => self.at += 1,
                    }
                }
                b'\n' => self.newline(),
                _ => self.at += 1,
            }
        }
        if self.at > start {
            self.push(TokenKind::StringMiddle, start, line);
        }
        Ok(())
    }

    /// At the `{` of a replacement field.
    fn open_field(&mut self) -> Result<()> {
        let s = self.strings.last_mut().expect("called inside an f-string");
        s.field_depth += 1;
        let too_deep = s.field_depth >= 3;
        let letter = s.letter;
        s.in_literal = false;
        if too_deep {
            return self.fail(format!("{letter}-string: expressions nested too deeply"));
        }
        self.operator('{')
    }
}
