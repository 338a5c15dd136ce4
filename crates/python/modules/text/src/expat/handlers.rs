//! From the events of a document to calls of a program's handlers.
//!
//! An event without a handler goes to the default handler, as the text that it was in the document. Character data is collected if the
//! program wants that, until the next event that has a handler.

use super::parser::{BASE, INTERN, State, word_at};
use heap::Gc;
use python_model::dict;
use python_model::foreign;
use python_model::objects::{Dict, List};
use python_model::py::{Py, Result, list_push};
use python_model::value::*;
use python_text::xml::event::{Event, ExternalId, Model, Sink};
use python_text::xml::fault::Position;
use python_types::text_codec;

/// Handlers that a program can set; the number of each is the place of its word in the parser's object.
macro_rules! handlers {
    ($($variant:ident $name:literal,)*) => {
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub enum Handler {
            $($variant,)*
        }
        /// Their number.
        pub const HANDLERS: usize = [$(Handler::$variant),*].len();
        /// An attribute for each.
        pub static ATTRIBUTES: &[python_model::native::NativeDef] = &[$(
            python_model::native::getter($name, "", |py, a| super::parser::handler(py, a[0], Handler::$variant)),
            python_model::native::setter($name, |py, a| {
                super::parser::set_handler(py, a[0], Handler::$variant, a[1])
            }),
        )*];
    };
}

handlers! {
    StartElement "StartElementHandler",
    EndElement "EndElementHandler",
    ProcessingInstruction "ProcessingInstructionHandler",
    CharacterData "CharacterDataHandler",
    UnparsedEntityDecl "UnparsedEntityDeclHandler",
    NotationDecl "NotationDeclHandler",
    StartNamespaceDecl "StartNamespaceDeclHandler",
    EndNamespaceDecl "EndNamespaceDeclHandler",
    Comment "CommentHandler",
    StartCdataSection "StartCdataSectionHandler",
    EndCdataSection "EndCdataSectionHandler",
    Default "DefaultHandler",
    DefaultExpand "DefaultHandlerExpand",
    NotStandalone "NotStandaloneHandler",
    ExternalEntityRef "ExternalEntityRefHandler",
    StartDoctypeDecl "StartDoctypeDeclHandler",
    EndDoctypeDecl "EndDoctypeDeclHandler",
    EntityDecl "EntityDeclHandler",
    XmlDecl "XmlDeclHandler",
    ElementDecl "ElementDeclHandler",
    AttlistDecl "AttlistDeclHandler",
    SkippedEntity "SkippedEntityHandler",
}

/// Of any handler: that of entities has seven.
const MOST_ARGUMENTS: usize = 7;

/// Calls the handlers of one parser.
pub struct Calls<'a> {
    pub py: Py<'a>,
    /// The parser's object.
    pub own: Word,
    pub state: &'a State,
}

impl Calls<'_> {
    fn find(&self, handler: Handler) -> Option<Word> {
        let found = word_at(self.own, handler as usize);
        (found != NONE).then_some(found)
    }

    /// A name, shared within the document.
    fn name(&self, name: &str) -> Result {
        let made = self.py.str(name)?;
        let Some(intern) = as_object::<Dict>(word_at(self.own, INTERN)) else { return Ok(made) };
        match dict::get(self.py, intern, made)? {
            Some(shared) => Ok(shared),
            None => {
                dict::set(self.py, intern, made, made)?;
                Ok(made)
            }
        }
    }

    fn optional_name(&self, name: Option<&str>) -> Result {
        name.map_or(Ok(NONE), |name| self.name(name))
    }

    fn optional_text(&self, text: Option<&str>) -> Result {
        text.map_or(Ok(NONE), |text| self.py.str(text))
    }

    /// The character data that has been collected.
    pub fn flush(&self) -> Result<()> {
        let text = self.state.collected.take();
        match self.find(Handler::CharacterData) {
            Some(handler) if !text.is_empty() => self.call(handler, &[self.py.str(&text)?]).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// Calls a handler; once one has raised, none is called any more.
    fn call(&self, handler: Word, arguments: &[Word]) -> Result {
        self.py.call(handler, arguments).inspect_err(|_| {
            for each in 0..HANDLERS {
                foreign::put(self.py, self.own, each, NONE);
            }
        })
    }

    /// As `call`, for a handler that answers with a number.
    fn ask(&self, handler: Word, arguments: &[Word]) -> Result<bool> {
        let answer = self.call(handler, arguments)?;
        Ok(self.py.index(answer)? != 0)
    }

    fn characters(&self, handler: Word, text: &str) -> Result<()> {
        if !self.state.collects_text.get() {
            return self.call(handler, &[self.py.str(text)?]).map(|_| ());
        }
        if self.state.collected.borrow().len() + text.len() > self.state.buffer_size.get() {
            self.flush()?;
            if text.len() > self.state.buffer_size.get() {
                // The handler may be another one by now.
                let Some(handler) = self.find(Handler::CharacterData) else { return Ok(()) };
                return self.call(handler, &[self.py.str(text)?]).map(|_| ());
            }
        }
        self.state.collected.borrow_mut().push_str(text);
        Ok(())
    }

    fn attributes(&self, attributes: &[(String, String)], given: usize) -> Result {
        let py = self.py;
        let shown = if self.state.only_specified.get() { &attributes[..given] } else { attributes };
        if self.state.in_order.get() {
            let list = py.new_list(2 * shown.len())?;
            for (name, value) in shown {
                list_push(py, list, self.name(name)?)?;
                list_push(py, list, py.str(value)?)?;
            }
            return Ok(word(list));
        }
        let table = dict::new(py)?;
        for (name, value) in shown {
            dict::set(py, table, self.name(name)?, py.str(value)?)?;
        }
        Ok(word(table))
    }

    fn model(&self, model: &Model) -> Result {
        let py = self.py;
        let children = py.new_list(model.children.len())?;
        for child in &model.children {
            list_push(py, children, self.model(child)?)?;
        }
        let name = self.optional_name(model.name.as_deref())?;
        let children = py.tuple_from_list(children)?;
        py.new_tuple(&[py.int(model.kind as i64)?, py.int(model.quantity as i64)?, name, children])
    }

    /// The handler that an event is for.
    fn handler_of(&self, event: &Event<'_>) -> Option<Word> {
        let handler = match event {
            Event::Other => return None,
            Event::Characters(_) => Handler::CharacterData,
            Event::XmlDecl { .. } => Handler::XmlDecl,
            Event::StartDoctype { .. } => Handler::StartDoctypeDecl,
            Event::EndDoctype => Handler::EndDoctypeDecl,
            Event::ElementDecl { .. } => Handler::ElementDecl,
            Event::AttlistDecl { .. } => Handler::AttlistDecl,
            Event::EntityDecl { notation: Some(_), .. } if self.tells_of_unparsed() => {
                Handler::UnparsedEntityDecl
            }
            Event::EntityDecl { .. } => Handler::EntityDecl,
            Event::NotationDecl { .. } => Handler::NotationDecl,
            Event::StartNamespace { .. } => Handler::StartNamespaceDecl,
            Event::EndNamespace { .. } => Handler::EndNamespaceDecl,
            Event::StartElement { .. } => Handler::StartElement,
            Event::EndElement { .. } => Handler::EndElement,
            Event::StartCdata => Handler::StartCdataSection,
            Event::EndCdata => Handler::EndCdataSection,
            Event::Comment(_) => Handler::Comment,
            Event::ProcessingInstruction { .. } => Handler::ProcessingInstruction,
            Event::SkippedEntity { .. } => Handler::SkippedEntity,
        };
        self.find(handler)
    }

    fn tells_of_unparsed(&self) -> bool {
        self.find(Handler::UnparsedEntityDecl).is_some()
    }

    /// What the handler of an event is called with.
    fn arguments(&self, event: &Event<'_>) -> Result<Gc<List>> {
        let py = self.py;
        let list = py.new_list(MOST_ARGUMENTS)?;
        let push = |value: Result| list_push(py, list, value?);
        let push_id = |id: &ExternalId| {
            push(Ok(word_at(self.own, BASE)))?;
            push(self.optional_name(id.system.as_deref()))?;
            push(self.optional_name(id.public.as_deref()))
        };
        let flag = |value: bool| py.int(i64::from(value));
        match *event {
            Event::Other | Event::EndDoctype | Event::StartCdata | Event::EndCdata => {}
            Event::Characters(text) | Event::Comment(text) => push(py.str(text))?,
            Event::XmlDecl { version, encoding, standalone } => {
                push(self.optional_text(version))?;
                push(self.optional_text(encoding))?;
                push(py.int(standalone.map_or(-1, i64::from)))?;
            }
            Event::StartDoctype { name, id, has_internal_subset } => {
                push(self.name(name))?;
                push(self.optional_name(id.system.as_deref()))?;
                push(self.optional_name(id.public.as_deref()))?;
                push(flag(has_internal_subset))?;
            }
            Event::ElementDecl { name, model } => {
                push(self.name(name))?;
                push(self.model(model))?;
            }
            Event::AttlistDecl { element, attribute, kind, default, is_required } => {
                push(self.name(element))?;
                push(self.name(attribute))?;
                push(py.str(kind))?;
                push(self.optional_text(default))?;
                push(flag(is_required))?;
            }
            Event::EntityDecl { name, id, notation: Some(notation), .. } if self.tells_of_unparsed() => {
                push(self.name(name))?;
                push_id(id)?;
                push(self.name(notation))?;
            }
            Event::EntityDecl { name, is_parameter, value, id, notation } => {
                push(self.name(name))?;
                push(flag(is_parameter))?;
                push(self.optional_text(value))?;
                push_id(id)?;
                push(self.optional_name(notation))?;
            }
            Event::NotationDecl { name, id } => {
                push(self.name(name))?;
                push_id(id)?;
            }
            Event::StartNamespace { prefix, uri } => {
                push(self.optional_name(prefix))?;
                push(self.optional_name(uri))?;
            }
            Event::EndNamespace { prefix } => push(self.optional_name(prefix))?,
            Event::StartElement { name, attributes, given } => {
                push(self.name(name))?;
                push(self.attributes(attributes, given))?;
            }
            Event::EndElement { name } => push(self.name(name))?,
            Event::ProcessingInstruction { target, data } => {
                push(self.name(target))?;
                push(py.str(data))?;
            }
            Event::SkippedEntity { name, is_parameter } => {
                push(self.name(name))?;
                push(flag(is_parameter))?;
            }
        }
        Ok(list)
    }

    fn note(&self, raw: &str, at: Position) {
        self.state.at.set(at);
        let mut shown = self.state.context.borrow_mut();
        shown.clear();
        shown.push_str(raw);
    }
}

impl Sink for Calls<'_> {
    type Error = metatrace_machine::Raised;

    fn event(&mut self, event: Event<'_>, raw: &str, at: Position) -> Result<()> {
        self.note(raw, at);
        if let Event::Characters(text) = event
            && let Some(handler) = self.find(Handler::CharacterData)
        {
            return self.characters(handler, text);
        }
        if self.handler_of(&event).is_some() {
            self.flush()?;
            // The character data's handler may have set another one.
            let Some(handler) = self.handler_of(&event) else { return Ok(()) };
            let list = self.arguments(&event)?;
            let mut arguments = [NONE; MOST_ARGUMENTS];
            for (index, argument) in arguments.iter_mut().enumerate().take(list.len()) {
                *argument = list.item(index);
            }
            return self.call(handler, &arguments[..list.len()]).map(|_| ());
        }
        let Some(handler) = self.find(Handler::Default).or_else(|| self.find(Handler::DefaultExpand)) else {
            return Ok(());
        };
        if raw.is_empty() {
            return Ok(());
        }
        self.flush()?;
        self.call(handler, &[self.py.str(raw)?]).map(|_| ())
    }

    fn external_entity(&mut self, name: &str, id: &ExternalId, at: Position) -> Result<Option<bool>> {
        self.note("", at);
        let Some(handler) = self.find(Handler::ExternalEntityRef) else { return Ok(None) };
        self.flush()?;
        let system = self.optional_name(id.system.as_deref())?;
        let public = self.optional_name(id.public.as_deref())?;
        let base = word_at(self.own, BASE);
        self.ask(handler, &[self.py.str(name)?, base, system, public]).map(Some)
    }

    fn not_standalone(&mut self, at: Position) -> Result<bool> {
        self.note("", at);
        let Some(handler) = self.find(Handler::NotStandalone) else { return Ok(true) };
        self.flush()?;
        self.ask(handler, &[])
    }

    fn encoding(&mut self, name: &str) -> Result<Option<Vec<Option<char>>>> {
        let all: Vec<u8> = (0..=255).collect();
        let py = self.py;
        let decoded = text_codec::decode(py, &all, Some(name), Some("replace"))?;
        let text = py.expect_str(decoded, "text")?;
        if text.len() != 256 {
            return Err(py.value_error("multi-byte encodings are not supported"));
        }
        let text = text.as_str().map(str::to_owned).unwrap_or_default();
        Ok(Some(text.chars().map(|c| Some(c).filter(|c| *c != char::REPLACEMENT_CHARACTER)).collect()))
    }

    fn expands_entities(&self) -> bool {
        self.find(Handler::Default).is_none()
    }
}
