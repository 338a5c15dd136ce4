//! What stands outside the document element: the XML declaration, the document type, comments, processing instructions.

use super::dtd::{doctype_head, end_of_declaration};
use super::event::{Event, Sink};
use super::fault::{Code, Stop};
use super::{Parser, Stage, scan};

type Step<E> = Result<usize, Stop<E>>;

const XML_DECL: &str = "<?xml";

/// A pseudo attribute of the XML declaration: its name, and where its value is.
struct Pseudo<'a> {
    name: &'a str,
    value: (usize, usize),
}

/// The pseudo attributes of a declaration, `text[start..end]`, without the brackets.
fn pseudo_attributes(text: &str, start: usize, end: usize) -> Result<Vec<Pseudo<'_>>, usize> {
    let (text, mut at, mut found) = (&text[..end], start, Vec::new());
    loop {
        let next = scan::skip_space(text, at);
        if next == text.len() {
            return Ok(found);
        }
        let where_wrong = |stop: Stop<()>| if let Stop::Fault(_, at) = stop { at } else { end };
        let name_end = scan::name(text, next).map_err(where_wrong)?;
        let equals = scan::expect(text, scan::skip_space(text, name_end), "=").map_err(where_wrong)?;
        let value = scan::quoted(text, scan::skip_space(text, equals)).map_err(where_wrong)?;
        if next == at {
            return Err(next);
        }
        found.push(Pseudo { name: &text[next..name_end], value });
        at = value.1 + 1;
    }
}

/// Whether this follows `<?xml` if that is the declaration.
fn begins_declaration(c: u8) -> bool {
    c == b'?' || scan::is_space(c)
}

/// The encoding that an XML declaration names, and where; `text`: all before its `?>`.
pub(super) fn declared_encoding(text: &str) -> Option<(usize, &str)> {
    let found = pseudo_attributes(text, XML_DECL.len(), text.len()).ok()?;
    let encoding = found.iter().find(|pseudo| pseudo.name == "encoding")?;
    Some((encoding.value.0, &text[encoding.value.0..encoding.value.1]))
}

impl Parser {
    /// As `content`, outside the document element.
    pub(super) fn outside<S: Sink>(
        &mut self,
        text: &str,
        at: usize,
        is_final: bool,
        sink: &mut S,
    ) -> Step<S::Error> {
        let rest = &text[at..];
        if self.stage == Stage::Start {
            if XML_DECL.starts_with(rest) && !is_final {
                return Err(Stop::More);
            }
            let next_stage =
                if self.is_entity { Stage::Content } else { Stage::Prolog { has_doctype: false } };
            let is_declaration =
                rest.starts_with(XML_DECL) && begins_declaration(scan::byte(text, at + XML_DECL.len())?);
            let behind = if is_declaration { self.xml_declaration(text, at, sink)? } else { at };
            self.stage = next_stage;
            return Ok(behind);
        }
        let space = scan::skip_space(text, at);
        if space > at {
            sink.event(Event::Other, &text[at..space], self.position())?;
            return Ok(space);
        }
        if self.stage == Stage::Subset {
            return self.subset(text, at, sink);
        }
        let junk = || match self.stage {
            Stage::Epilog => Err(Stop::Fault(Code::JunkAfterElement, at)),
            _ => Err(Stop::Fault(Code::Syntax, at)),
        };
        if !rest.starts_with('<') {
            return match rest.chars().next() {
                Some(c) if !scan::is_char(c) => Err(Stop::Fault(Code::InvalidToken, at)),
                _ => junk(),
            };
        }
        const DOCTYPE: &str = "<!DOCTYPE";
        match scan::byte(text, at + 1)? {
            b'?' => self.processing_instruction(text, at, sink),
            b'!' if rest.starts_with(DOCTYPE) => match self.stage {
                Stage::Prolog { has_doctype: false } => self.doctype(text, at, at + DOCTYPE.len(), sink),
                _ => junk(),
            },
            b'!' if DOCTYPE.starts_with(rest) => Err(Stop::More),
            b'!' => self.comment(text, at, sink),
            b'/' if self.stage == Stage::Epilog => junk(),
            _ => {
                scan::name(text, at + 1)?;
                if self.stage == Stage::Epilog {
                    return junk();
                }
                let behind = self.content(text, at, is_final, sink)?;
                self.stage = Stage::Content;
                Ok(behind)
            }
        }
    }

    fn xml_declaration<S: Sink>(&mut self, text: &str, at: usize, sink: &mut S) -> Step<S::Error> {
        let start = at + XML_DECL.len();
        let end = start + text[start..].find("?>").ok_or(Stop::More)?;
        let code = if self.is_entity { Code::TextDeclaration } else { Code::XmlDeclaration };
        let wrong = |offset| Stop::Fault(code, offset);
        let (mut version, mut encoding, mut standalone) = (None, None, None);
        for (index, pseudo) in pseudo_attributes(text, start, end).map_err(wrong)?.iter().enumerate() {
            let value = &text[pseudo.value.0..pseudo.value.1];
            match pseudo.name {
                "version" if index == 0 => version = Some(value),
                "encoding" if encoding.is_none() && standalone.is_none() => encoding = Some(value),
                "standalone" if standalone.is_none() && !self.is_entity => match value {
                    "yes" => standalone = Some(true),
                    "no" => standalone = Some(false),
                    _ => return Err(wrong(pseudo.value.0)),
                },
                _ => return Err(wrong(pseudo.value.0)),
            }
        }
        if !self.is_entity && version.is_none() || self.is_entity && encoding.is_none() {
            return Err(wrong(end));
        }
        let raw = &text[at..end + 2];
        sink.event(Event::XmlDecl { version, encoding, standalone }, raw, self.position())?;
        self.dtd.borrow_mut().is_standalone |= standalone == Some(true);
        Ok(end + 2)
    }

    fn doctype<S: Sink>(&mut self, text: &str, at: usize, head: usize, sink: &mut S) -> Step<S::Error> {
        let (name, id, end) = doctype_head(text, head)?;
        let has_internal_subset = text.as_bytes()[end] == b'[';
        let raw = &text[at..=end];
        if id.system.is_some() {
            self.depend_on_others(at, sink)?;
        }
        let event = Event::StartDoctype { name, id: &id, has_internal_subset };
        sink.event(event, raw, self.position())?;
        match has_internal_subset {
            true => self.stage = Stage::Subset,
            false => self.end_doctype("", sink)?,
        }
        Ok(end + 1)
    }

    /// Declarations stand elsewhere, in what is not read.
    fn depend_on_others<S: Sink>(&mut self, at: usize, sink: &mut S) -> Result<(), Stop<S::Error>> {
        let is_standalone = {
            let mut dtd = self.dtd.borrow_mut();
            dtd.is_partial = true;
            dtd.is_standalone
        };
        match is_standalone || sink.not_standalone(self.position())? {
            true => Ok(()),
            false => Err(Stop::Fault(Code::NotStandalone, at)),
        }
    }

    fn end_doctype<S: Sink>(&mut self, raw: &str, sink: &mut S) -> Result<(), Stop<S::Error>> {
        self.stage = Stage::Prolog { has_doctype: true };
        Ok(sink.event(Event::EndDoctype, raw, self.position())?)
    }

    fn subset<S: Sink>(&mut self, text: &str, at: usize, sink: &mut S) -> Step<S::Error> {
        match text.as_bytes()[at] {
            b']' => {
                let end = scan::expect(text, scan::skip_space(text, at + 1), ">")?;
                self.end_doctype(&text[at..end], sink)?;
                Ok(end)
            }
            b'%' => {
                let end = scan::name(text, at + 1)?;
                let behind = scan::expect(text, end, ";")?;
                self.depend_on_others(at, sink)?;
                {
                    let mut dtd = self.dtd.borrow_mut();
                    dtd.ignores_declarations = !dtd.is_standalone;
                }
                let event = Event::SkippedEntity { name: &text[at + 1..end], is_parameter: true };
                sink.event(event, &text[at..behind], self.position())?;
                Ok(behind)
            }
            b'<' => match (scan::byte(text, at + 1)?, text.as_bytes().get(at + 2)) {
                (b'?', _) => self.processing_instruction(text, at, sink),
                (b'!', None) => Err(Stop::More),
                (b'!', Some(b'-')) => self.comment(text, at, sink),
                (b'!', _) => {
                    let end = end_of_declaration(text, at + 2)?;
                    let (raw, position) = (&text[at..end], self.position());
                    // Handlers may ask for the declarations, so they are not borrowed meanwhile.
                    let mut dtd = self.dtd.take();
                    let declared = dtd.declare(text, at, end, &mut |event| sink.event(event, raw, position));
                    self.dtd.replace(dtd);
                    declared?;
                    Ok(end)
                }
                _ => Err(Stop::Fault(Code::InvalidToken, at + 1)),
            },
            _ => Err(Stop::Fault(Code::Syntax, at)),
        }
    }

    pub(super) fn comment<S: Sink>(&mut self, text: &str, at: usize, sink: &mut S) -> Step<S::Error> {
        let start = scan::expect(text, at, "<!--")?;
        let end = start + text[start..].find("--").ok_or(Stop::More)?;
        let behind = scan::expect(text, end, "-->")?;
        scan::check_chars(text, start, end)?;
        let mut shown = String::new();
        scan::push_with_plain_line_ends(&mut shown, &text[start..end]);
        sink.event(Event::Comment(&shown), &text[at..behind], self.position())?;
        Ok(behind)
    }

    pub(super) fn processing_instruction<S: Sink>(
        &mut self,
        text: &str,
        at: usize,
        sink: &mut S,
    ) -> Step<S::Error> {
        let name_end = scan::name(text, at + 2)?;
        let target = &text[at + 2..name_end];
        let end = name_end + text[name_end..].find("?>").ok_or(Stop::More)?;
        if target.eq_ignore_ascii_case("xml") {
            return match target {
                "xml" => Err(Stop::Fault(Code::MisplacedDeclaration, at)),
                _ => Err(Stop::Fault(Code::InvalidToken, at + 2)),
            };
        }
        if end > name_end && !scan::is_space(text.as_bytes()[name_end]) {
            return Err(Stop::Fault(Code::InvalidToken, name_end));
        }
        scan::check_chars(text, name_end, end)?;
        let mut data = String::new();
        scan::push_with_plain_line_ends(&mut data, &text[scan::skip_space(&text[..end], name_end)..end]);
        let event = Event::ProcessingInstruction { target, data: &data };
        sink.event(event, &text[at..end + 2], self.position())?;
        Ok(end + 2)
    }
}
