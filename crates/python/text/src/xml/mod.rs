//! XML 1.0 documents, told as events while their bytes come in: what Python's `pyexpat` needs.
//!
//! The crates at hand read whole documents or skip the declarations; what Python shows of Expat are events for each part of a
//! document type, faults by number and place, and parsing in pieces of any size. A token is taken when it is complete: what is incomplete waits
//! for more bytes. The parser does not validate. Limits: see [`dtd`]; names in Expat's own encoding tables do not matter here, because input
//! becomes text first ([`input`]); events of declarations have the place where the declaration begins, Expat's that of a token in it.
//!
//! Source: XML 1.0 (fifth edition), Namespaces in XML 1.0; events and faults: Expat's documentation and behaviour.

mod content;
pub mod dtd;
pub mod event;
pub mod fault;
mod input;
mod namespaces;
mod prolog;
mod scan;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::rc::Rc;

use dtd::Dtd;
use event::Sink;
use fault::{Code, Position, Stop};
use input::{InputEncoding, Undecodable};
use namespaces::Namespaces;
pub use namespaces::Style;

/// Bytes that entities may expand to, whatever the size of the document. As Expat's default.
const MOST_EXPANDED: usize = 8 << 20;

/// Which part of a document is next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Its first character: there may be a declaration.
    Start,
    /// Up to the document element; `has_doctype`: there was a document type.
    Prolog {
        has_doctype: bool,
    },
    /// Within the brackets of the document type.
    Subset,
    Content,
    /// Behind the document element.
    Epilog,
}

struct OpenElement {
    raw_name: String,
    shown: String,
    /// Namespaces that its tag declared.
    declarations: usize,
}

/// Why parsing failed.
#[derive(Debug)]
pub enum Failure<E> {
    Fault(Code, Position),
    Sink(E),
}

/// See the module header.
pub struct Parser {
    namespaces_style: Option<Style>,
    /// The encoding that the program named.
    given_encoding: Option<String>,
    encoding: Option<InputEncoding>,
    /// Not decoded yet.
    raw: Vec<u8>,
    /// Decoded, not taken yet.
    buffer: String,
    /// Of the token that is being taken.
    at: Position,
    stage: Stage,
    open: Vec<OpenElement>,
    /// How many elements were open where the entity began that is being expanded.
    floor: usize,
    namespaces: Namespaces,
    dtd: Rc<RefCell<Dtd>>,
    /// Entities that are being expanded, the outermost first.
    expanding: Vec<String>,
    /// Bytes that entities have expanded to, and bytes that were read.
    expanded: usize,
    read: usize,
    /// The text is that of an entity, not a document.
    is_entity: bool,
}

impl Parser {
    /// `style`: how names in namespaces are shown; `None`: names are taken as they are.
    pub fn new(encoding: Option<String>, style: Option<Style>) -> Parser {
        Parser {
            namespaces_style: style,
            given_encoding: encoding,
            encoding: None,
            raw: Vec::new(),
            buffer: String::new(),
            at: Position { line: 1, column: 0, byte: 0 },
            stage: Stage::Start,
            open: Vec::new(),
            floor: 0,
            namespaces: Namespaces::default(),
            dtd: Rc::default(),
            expanding: Vec::new(),
            expanded: 0,
            read: 0,
            is_entity: false,
        }
    }

    /// A parser for the text of an entity of a document with these declarations.
    pub fn for_entity(encoding: Option<String>, style: Option<Style>, dtd: Rc<RefCell<Dtd>>) -> Parser {
        Parser { dtd, is_entity: true, ..Parser::new(encoding, style) }
    }

    /// Takes what comes for text in this encoding, whatever it says of itself. Precondition: nothing came yet.
    pub fn set_encoding(&mut self, encoding: &str) {
        self.given_encoding = Some(encoding.to_owned());
    }

    /// The declarations of the document, to be shared with parsers of its entities.
    pub fn declarations(&self) -> Rc<RefCell<Dtd>> {
        self.dtd.clone()
    }

    /// Shows prefixes behind names from now on, or does not.
    pub fn show_prefixes(&mut self, shows: bool) {
        if let Some(style) = &mut self.namespaces_style {
            style.shows_prefix = shows;
        }
    }

    /// Where the token is that is being taken, or the next one.
    pub fn position(&self) -> Position {
        self.at
    }

    /// Takes more of the document; `is_final`: that was all. After a failure the parser is of no more use.
    pub fn feed<S: Sink>(
        &mut self,
        bytes: &[u8],
        is_final: bool,
        sink: &mut S,
    ) -> Result<(), Failure<S::Error>> {
        self.raw.extend_from_slice(bytes);
        self.read += bytes.len();
        if self.encoding.is_none() && !self.find_encoding(is_final, sink)? {
            return Ok(());
        }
        let encoding = self.encoding.as_ref().expect("it was found");
        let (used, trouble) = encoding.decode(&self.raw, &mut self.buffer);
        self.raw.drain(..used);
        let trouble = trouble.and_then(|trouble| match trouble {
            Undecodable::Invalid => Some(Code::InvalidToken),
            Undecodable::Part if is_final => Some(Code::PartialCharacter),
            Undecodable::Part => None,
        });
        let text = std::mem::take(&mut self.buffer);
        let taken = self.take(&text, is_final && trouble.is_none(), sink)?;
        self.buffer.push_str(&text[taken..]);
        if let Some(code) = trouble {
            return Err(self.fault(code, &text, taken, text.len()));
        }
        if is_final { self.finish(&text[taken..]) } else { Ok(()) }
    }

    /// Takes tokens as long as there are whole ones. Returns the offset behind the last one.
    fn take<S: Sink>(
        &mut self,
        text: &str,
        is_final: bool,
        sink: &mut S,
    ) -> Result<usize, Failure<S::Error>> {
        let mut at = 0;
        while at < text.len() {
            let step = match self.stage {
                Stage::Content => self.content(text, at, is_final, sink),
                _ => self.outside(text, at, is_final, sink),
            };
            match step {
                Ok(next) => {
                    self.at = self.advanced(&text[at..next]);
                    at = next;
                }
                Err(Stop::More) => break,
                Err(Stop::Sink(error)) => return Err(Failure::Sink(error)),
                Err(Stop::Fault(code, offset)) => return Err(self.fault(code, text, at, offset)),
            }
            if self.stage == Stage::Content && self.open.is_empty() && !self.is_entity {
                self.stage = Stage::Epilog;
            }
        }
        Ok(at)
    }

    /// Whether a document may end here, where `rest` is a token that was not completed.
    fn finish<E>(&mut self, rest: &str) -> Result<(), Failure<E>> {
        let code = match self.stage {
            _ if rest.starts_with("<![CDATA[") => {
                return Err(self.fault(Code::UnclosedCdata, rest, 0, rest.len()));
            }
            _ if !rest.is_empty() => Code::UnclosedToken,
            Stage::Epilog => return Ok(()),
            Stage::Start | Stage::Content if self.is_entity && self.open.is_empty() => return Ok(()),
            Stage::Content if self.is_entity => Code::AsynchronousEntity,
            _ => Code::NoElement,
        };
        Err(Failure::Fault(code, self.at))
    }

    /// A fault at an offset into a text that was taken up to `taken`.
    fn fault<E>(&mut self, code: Code, text: &str, taken: usize, offset: usize) -> Failure<E> {
        self.at = self.advanced(&text[taken..offset.max(taken)]);
        Failure::Fault(code, self.at)
    }

    /// The place behind a text that begins at the current one.
    fn advanced(&self, text: &str) -> Position {
        let Position { mut line, mut column, byte } = self.at;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\r' if chars.peek() == Some(&'\n') => {}
                '\r' | '\n' => {
                    line += 1;
                    column = 0;
                }
                _ => column += 1,
            }
        }
        let size = self.encoding.as_ref().map_or(0, |encoding| encoding.size_of(text));
        Position { line, column, byte: byte + size }
    }

    /// Finds how the bytes are characters; `false`: there are too few to tell.
    fn find_encoding<S: Sink>(&mut self, is_final: bool, sink: &mut S) -> Result<bool, Failure<S::Error>> {
        if self.raw.len() < 4 && !is_final {
            return Ok(false);
        }
        let marked = InputEncoding::of_first_bytes(&self.raw);
        if let Some(name) = self.given_encoding.clone() {
            let mark = marked.map_or(0, |(_, mark)| mark);
            self.use_encoding(&name, sink)?;
            self.skip_mark(mark);
            return Ok(true);
        }
        if let Some((encoding, mark)) = marked {
            self.encoding = Some(encoding);
            self.skip_mark(mark);
            return Ok(true);
        }
        if self.raw.starts_with(b"<?xml") && self.raw.get(5).is_none_or(|c| *c == b'?' || scan::is_space(*c))
        {
            let Some(end) = self.raw.windows(2).position(|pair| pair == b"?>") else {
                self.encoding = Some(InputEncoding::Utf8).filter(|_| is_final);
                return Ok(is_final);
            };
            let declaration = String::from_utf8_lossy(&self.raw[..end]).into_owned();
            if let Some((start, name)) = prolog::declared_encoding(&declaration) {
                let name = name.to_owned();
                if name.to_ascii_uppercase().starts_with("UTF-16") {
                    self.encoding = Some(InputEncoding::Utf8);
                    return Err(self.fault(Code::IncorrectEncoding, &declaration, 0, start));
                }
                self.at.column = start;
                self.at.byte = start;
                self.use_encoding(&name, sink)?;
                (self.at.column, self.at.byte) = (0, 0);
                return Ok(true);
            }
        }
        self.encoding = Some(InputEncoding::Utf8);
        Ok(true)
    }

    fn skip_mark(&mut self, length: usize) {
        self.raw.drain(..length);
        self.at.byte += length;
    }

    fn use_encoding<S: Sink>(&mut self, name: &str, sink: &mut S) -> Result<(), Failure<S::Error>> {
        let known = match InputEncoding::of_name(name) {
            Some(known) => Some(known),
            None => sink.encoding(name).map_err(Failure::Sink)?.map(InputEncoding::Table),
        };
        self.encoding = known;
        match self.encoding {
            Some(_) => Ok(()),
            None => Err(Failure::Fault(Code::UnknownEncoding, self.at)),
        }
    }
}
