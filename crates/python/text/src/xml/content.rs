//! What stands between tags: elements, text, references, CDATA sections.

use super::dtd::Entity;
use super::event::{Event, Sink};
use super::fault::{Code, Stop};
use super::namespaces::Namespaces;
use super::{MOST_EXPANDED, OpenElement, Parser, scan};

type Step<E> = Result<usize, Stop<E>>;

/// An attribute as it stands in a tag.
struct Given {
    at: usize,
    name: (usize, usize),
    /// Within its quotes.
    value: (usize, usize),
}

const CDATA: &str = "<![CDATA[";

impl Parser {
    /// Takes what begins at an offset, and returns the offset behind it. `is_final`: nothing follows the text.
    pub(super) fn content<S: Sink>(
        &mut self,
        text: &str,
        at: usize,
        is_final: bool,
        sink: &mut S,
    ) -> Step<S::Error> {
        let rest = &text[at..];
        match rest.as_bytes()[0] {
            b'<' => match scan::byte(text, at + 1)? {
                b'/' => self.end_tag(text, at, sink),
                b'?' => self.processing_instruction(text, at, sink),
                b'!' if rest.starts_with(CDATA) => self.cdata(text, at, sink),
                b'!' if CDATA.starts_with(rest) => Err(Stop::More),
                b'!' if matches!(text.as_bytes().get(at + 2), Some(b'[')) => scan::expect(text, at, CDATA),
                b'!' => self.comment(text, at, sink),
                _ => self.start_tag(text, at, sink),
            },
            b'&' => self.reference(text, at, sink),
            b'\n' => self.characters("\n", &text[at..=at], at + 1, sink),
            b'\r' => match rest.as_bytes().get(1) {
                None if !is_final => Err(Stop::More),
                Some(b'\n') => self.characters("\n", &text[at..at + 2], at + 2, sink),
                _ => self.characters("\n", &text[at..=at], at + 1, sink),
            },
            _ => {
                let end = rest.find(['<', '&', '\r', '\n']).map_or(text.len(), |length| at + length);
                if let Some(found) = text[at..end].find("]]>") {
                    return match found {
                        0 => Err(Stop::Fault(Code::InvalidToken, at + 2)),
                        found => {
                            self.characters(&text[at..at + found], &text[at..at + found], at + found, sink)
                        }
                    };
                }
                // What may become the end of a section waits for what follows.
                let brackets = rest.len() - rest.trim_end_matches(']').len();
                let end = if end == text.len() && !is_final { end - brackets.min(2) } else { end };
                if end == at {
                    return Err(Stop::More);
                }
                match text[at..end].find(|c| !scan::is_char(c)) {
                    Some(0) => Err(Stop::Fault(Code::InvalidToken, at)),
                    Some(length) => {
                        self.characters(&text[at..at + length], &text[at..at + length], at + length, sink)
                    }
                    None => self.characters(&text[at..end], &text[at..end], end, sink),
                }
            }
        }
    }

    fn characters<S: Sink>(&mut self, shown: &str, raw: &str, behind: usize, sink: &mut S) -> Step<S::Error> {
        sink.event(Event::Characters(shown), raw, self.position())?;
        Ok(behind)
    }

    fn cdata<S: Sink>(&mut self, text: &str, at: usize, sink: &mut S) -> Step<S::Error> {
        let start = at + CDATA.len();
        let end = start + text[start..].find("]]>").ok_or(Stop::More)?;
        scan::check_chars(text, start, end)?;
        // Line ends are events of their own, and each event has its place.
        let mut from = at;
        let mut tell = |parser: &mut Parser, event: Event<'_>, place: usize, behind: usize| {
            parser.at = parser.advanced(&text[from..place]);
            from = place;
            sink.event(event, &text[place..behind], parser.position())
        };
        let begun = self.at;
        tell(self, Event::StartCdata, at, start)?;
        let mut here = start;
        while here < end {
            let rest = &text[here..end];
            let behind = match rest.find(['\n', '\r']) {
                Some(0) => here + if rest.starts_with("\r\n") { 2 } else { 1 },
                Some(length) => here + length,
                None => end,
            };
            let is_line_end = rest.starts_with(['\n', '\r']);
            tell(
                self,
                Event::Characters(if is_line_end { "\n" } else { &text[here..behind] }),
                here,
                behind,
            )?;
            here = behind;
        }
        tell(self, Event::EndCdata, end, end + 3)?;
        self.at = begun;
        Ok(end + 3)
    }

    /// The attributes of the tag whose name ends at `at`; the offset of `>` or `/>`.
    fn attributes<E>(text: &str, mut at: usize) -> Result<(Vec<Given>, usize), Stop<E>> {
        let mut given: Vec<Given> = Vec::new();
        loop {
            let next = scan::skip_space(text, at);
            match scan::byte(text, next)? {
                b'>' => return Ok((given, next)),
                b'/' => {
                    scan::expect(text, next, "/>")?;
                    return Ok((given, next));
                }
                _ if next == at => return Err(Stop::Fault(Code::InvalidToken, at)),
                _ => {}
            }
            let end = scan::name(text, next)?;
            let equals = scan::expect(text, scan::skip_space(text, end), "=")?;
            let quote = scan::skip_space(text, equals);
            let value = scan::quoted(text, quote)?;
            if let Some(bad) = text[value.0..value.1].find('<') {
                return Err(Stop::Fault(Code::InvalidToken, value.0 + bad));
            }
            given.push(Given { at: next, name: (next, end), value });
            at = value.1 + 1;
        }
    }

    fn start_tag<S: Sink>(&mut self, text: &str, at: usize, sink: &mut S) -> Step<S::Error> {
        let name_end = scan::name(text, at + 1)?;
        let name = &text[at + 1..name_end];
        let (given, end) = Self::attributes(text, name_end)?;
        let is_empty = text.as_bytes()[end] == b'/';
        let behind = end + if is_empty { 2 } else { 1 };
        let raw = &text[at..behind];
        let mut attributes: Vec<(String, String)> = Vec::with_capacity(given.len());
        let dtd = self.dtd.clone();
        {
            let dtd = dtd.borrow();
            let declared = dtd.attributes.get(name).map_or(&[][..], Vec::as_slice);
            for each in &given {
                let key = &text[each.name.0..each.name.1];
                if attributes.iter().any(|(other, _)| other == key) {
                    return Err(Stop::Fault(Code::DuplicateAttribute, each.at));
                }
                let is_cdata =
                    declared.iter().find(|known| known.name == key).is_none_or(|known| known.is_cdata);
                let value = dtd.attribute_value(text, each.value.0, each.value.1, is_cdata)?;
                attributes.push((key.to_owned(), value));
            }
            for known in declared {
                if let Some(default) = &known.default
                    && attributes.iter().all(|(key, _)| *key != known.name)
                {
                    attributes.push((known.name.clone(), default.clone()));
                }
            }
        }
        let mut count = given.len();
        let mut open = OpenElement { raw_name: name.to_owned(), shown: name.to_owned(), declarations: 0 };
        if let Some(style) = self.namespaces_style.clone() {
            let fault = |code, at| Stop::Fault(code, at);
            let (position, mut kept) = (self.position(), Vec::with_capacity(attributes.len()));
            for (index, (key, value)) in attributes.into_iter().enumerate() {
                let Some(prefix) = Namespaces::declared_prefix(&key) else {
                    kept.push((key, value));
                    continue;
                };
                open.declarations += 1;
                count -= usize::from(index < given.len());
                self.namespaces.declare(prefix, &value, raw, position, sink).map_err(|stop| match stop {
                    Stop::Fault(code, _) => fault(code, at),
                    other => other,
                })?;
            }
            attributes = Vec::with_capacity(kept.len());
            for (key, value) in kept {
                let unbound = || fault(Code::UnboundPrefix, at);
                let key = self.namespaces.expand(&key, true, &style).ok_or_else(unbound)?;
                if attributes.iter().any(|(other, _)| *other == key) {
                    return Err(fault(Code::DuplicateAttribute, at));
                }
                attributes.push((key, value));
            }
            let unbound = || fault(Code::UnboundPrefix, at);
            open.shown = self.namespaces.expand(name, false, &style).ok_or_else(unbound)?;
        }
        let event = Event::StartElement { name: &open.shown, attributes: &attributes, given: count };
        sink.event(event, raw, self.position())?;
        self.open.push(open);
        if is_empty {
            self.close(raw, sink)?;
        }
        Ok(behind)
    }

    fn end_tag<S: Sink>(&mut self, text: &str, at: usize, sink: &mut S) -> Step<S::Error> {
        let name_end = scan::name(text, at + 2)?;
        let behind = scan::expect(text, scan::skip_space(text, name_end), ">")?;
        if self.open.len() <= self.floor {
            return Err(Stop::Fault(Code::AsynchronousEntity, at));
        }
        match self.open.last() {
            Some(open) if open.raw_name == text[at + 2..name_end] => self.close(&text[at..behind], sink)?,
            _ => return Err(Stop::Fault(Code::TagMismatch, at + 2)),
        }
        Ok(behind)
    }

    fn close<S: Sink>(&mut self, raw: &str, sink: &mut S) -> Result<(), S::Error> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let raw = if raw.ends_with("/>") { "" } else { raw };
        sink.event(Event::EndElement { name: &open.shown }, raw, self.position())?;
        self.namespaces.forget(open.declarations, self.position(), sink)
    }

    fn reference<S: Sink>(&mut self, text: &str, at: usize, sink: &mut S) -> Step<S::Error> {
        let (reference, behind) = scan::reference(text, at)?;
        let raw = &text[at..behind];
        let name = match reference {
            scan::Reference::Character(c) => {
                return self.characters(c.encode_utf8(&mut [0; 4]), raw, behind, sink);
            }
            scan::Reference::Entity(name) => name,
        };
        if let Some(c) = scan::predefined(name) {
            return self.characters(c.encode_utf8(&mut [0; 4]), raw, behind, sink);
        }
        let fault = |code| Err(Stop::Fault(code, at));
        let position = self.position();
        let (entity, may_be_elsewhere) = {
            let dtd = self.dtd.borrow();
            (dtd.entities.get(name).cloned(), dtd.is_partial && !dtd.is_standalone)
        };
        match entity {
            None if may_be_elsewhere => {
                sink.event(Event::SkippedEntity { name, is_parameter: false }, raw, position)?;
            }
            None => return fault(Code::UndefinedEntity),
            Some(Entity::Unparsed) => return fault(Code::BinaryEntityReference),
            Some(_) if self.expanding.iter().any(|outer| outer == name) => {
                return fault(Code::RecursiveEntity);
            }
            Some(Entity::External(id)) => match sink.external_entity(name, &id, position)? {
                Some(true) => {}
                Some(false) => return fault(Code::ExternalEntityHandling),
                None => sink.event(Event::Other, raw, position)?,
            },
            Some(Entity::Internal(_)) if !sink.expands_entities() => {
                sink.event(Event::SkippedEntity { name, is_parameter: false }, raw, position)?;
            }
            Some(Entity::Internal(value)) => {
                self.expanded += value.len();
                if self.expanded > MOST_EXPANDED && self.expanded / MOST_AMPLIFIED > self.read {
                    return fault(Code::Amplification);
                }
                self.expanding.push(name.to_owned());
                let expanded = self.expansion(&value, sink);
                self.expanding.pop();
                match expanded {
                    Err(Stop::More) => return fault(Code::UnclosedToken),
                    Err(Stop::Fault(code, _)) => return fault(code),
                    Err(Stop::Sink(error)) => return Err(Stop::Sink(error)),
                    Ok(()) => {}
                }
            }
        }
        Ok(behind)
    }

    /// Takes the text of an entity, whose elements have to begin and end in it. Events have the place of the outermost reference.
    fn expansion<S: Sink>(&mut self, text: &str, sink: &mut S) -> Result<(), Stop<S::Error>> {
        if self.expanding.len() > MOST_NESTED {
            return Err(Stop::Fault(Code::RecursiveEntity, 0));
        }
        let floor = std::mem::replace(&mut self.floor, self.open.len());
        let mut at = 0;
        while at < text.len() {
            at = self.content(text, at, true, sink)?;
        }
        let is_balanced = self.open.len() == self.floor;
        self.floor = floor;
        if is_balanced { Ok(()) } else { Err(Stop::Fault(Code::AsynchronousEntity, 0)) }
    }
}

/// Entities within entities; more would be a danger to the native stack.
const MOST_NESTED: usize = 500;
/// How many times its size a document may become by its entities, beyond what is always allowed. As Expat's default.
const MOST_AMPLIFIED: usize = 100;
