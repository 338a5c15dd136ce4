//! Declarations of the internal subset: entities, attributes, elements, notations.
//!
//! A declaration is taken when its end is there. Limits: the external subset and parameter entities are not read (as by an Expat that is
//! told so, its default); after a reference to one, declarations are no longer known to be all, and unknown entities are skipped
//! instead of being faults.

use std::collections::HashMap;

use super::event::{Event, ExternalId, Model, ModelKind, Quantity};
use super::fault::{Code, Stop};
use super::scan;

/// What a general entity stands for.
#[derive(Clone)]
pub enum Entity {
    Internal(String),
    External(ExternalId),
    /// Data of a notation: not to be referred to in text.
    Unparsed,
}

/// A declared attribute.
pub struct Attribute {
    pub name: String,
    /// Its value is text as it stands, not a list of names.
    pub is_cdata: bool,
    pub default: Option<String>,
}

/// What the declarations say.
#[derive(Default)]
pub struct Dtd {
    pub entities: HashMap<String, Entity>,
    pub attributes: HashMap<String, Vec<Attribute>>,
    pub is_standalone: bool,
    /// Declarations may be missing: there is an external subset, or a parameter entity was referred to.
    pub is_partial: bool,
    /// A parameter entity was not read: what is declared behind it does not count.
    pub ignores_declarations: bool,
}

/// Reads one declaration: the text of it, and an offset.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

type Read<T, E> = Result<T, Stop<E>>;

/// Tells of what was declared.
pub type Tell<'t, E> = &'t mut dyn FnMut(Event<'_>) -> Result<(), E>;

/// The offset behind the declaration that begins at `<!`.
pub fn end_of_declaration<E>(text: &str, start: usize) -> Read<usize, E> {
    let mut at = start;
    loop {
        match scan::byte(text, at)? {
            b'>' => {
                scan::check_chars(text, start, at)?;
                return Ok(at + 1);
            }
            b'"' | b'\'' => at = scan::quoted(text, at)?.1 + 1,
            _ => at += 1,
        }
    }
}

impl Dtd {
    /// Takes in the declaration at `start..end`. Errors: it is none.
    pub fn declare<E>(&mut self, text: &str, start: usize, end: usize, tell: Tell<'_, E>) -> Read<(), E> {
        let mut cursor = Cursor { text: &text[..end], at: start + 2 };
        let keyword = cursor.name();
        let declared = keyword.and_then(|keyword| match keyword {
            "ENTITY" => self.entity(&mut cursor, tell),
            "ATTLIST" => self.attlist(&mut cursor, tell),
            "ELEMENT" => cursor.element(tell),
            "NOTATION" => cursor.notation(tell),
            _ => Err(Stop::Fault(Code::Syntax, start)),
        });
        match declared {
            // The whole declaration is there, so what is missing is wrong.
            Err(Stop::More) => Err(Stop::Fault(Code::Syntax, end - 1)),
            other => other,
        }
    }

    fn entity<E>(&mut self, cursor: &mut Cursor<'_>, tell: Tell<'_, E>) -> Read<(), E> {
        cursor.space()?;
        let is_parameter = cursor.take("%");
        if is_parameter {
            cursor.space()?;
        }
        let name = cursor.name()?;
        cursor.space()?;
        if matches!(scan::byte::<E>(cursor.text, cursor.at)?, b'"' | b'\'') {
            let value = cursor.entity_value()?;
            cursor.end()?;
            let is_new = !is_parameter && !self.entities.contains_key(name) && !self.ignores_declarations;
            let event = Event::EntityDecl {
                name,
                is_parameter,
                value: Some(&value),
                id: &ExternalId::default(),
                notation: None,
            };
            tell(event)?;
            if is_new {
                self.entities.insert(name.to_owned(), Entity::Internal(value));
            }
            return Ok(());
        }
        let id = cursor.external_id(true)?;
        let notation = cursor.notation_of_data(is_parameter)?;
        cursor.end()?;
        tell(Event::EntityDecl { name, is_parameter, value: None, id: &id, notation })?;
        if !is_parameter && !self.ignores_declarations {
            let entity = if notation.is_some() { Entity::Unparsed } else { Entity::External(id) };
            self.entities.entry(name.to_owned()).or_insert(entity);
        }
        Ok(())
    }

    fn attlist<E>(&mut self, cursor: &mut Cursor<'_>, tell: Tell<'_, E>) -> Read<(), E> {
        cursor.space()?;
        let element = cursor.name()?;
        loop {
            cursor.skip_space();
            if cursor.take(">") {
                return Ok(());
            }
            let name = cursor.name()?;
            cursor.space()?;
            let kind = cursor.attribute_kind()?;
            cursor.space()?;
            let is_cdata = kind == "CDATA";
            let (default, is_required) = self.attribute_default(cursor, is_cdata)?;
            let event = Event::AttlistDecl {
                element,
                attribute: name,
                kind: &kind,
                default: default.as_deref(),
                is_required,
            };
            tell(event)?;
            let declared = self.attributes.entry(element.to_owned()).or_default();
            // The first declaration counts.
            if !self.ignores_declarations && declared.iter().all(|known| known.name != name) {
                declared.push(Attribute { name: name.to_owned(), is_cdata, default });
            }
        }
    }

    fn attribute_default<E>(
        &self,
        cursor: &mut Cursor<'_>,
        is_cdata: bool,
    ) -> Read<(Option<String>, bool), E> {
        let mut is_fixed = false;
        if cursor.take("#") {
            match cursor.name()? {
                "REQUIRED" => return Ok((None, true)),
                "IMPLIED" => return Ok((None, false)),
                "FIXED" => {
                    cursor.space()?;
                    is_fixed = true;
                }
                _ => return Err(Stop::Fault(Code::Syntax, cursor.at)),
            }
        }
        let (start, end) = scan::quoted(cursor.text, cursor.at)?;
        cursor.at = end + 1;
        let value = self.attribute_value(cursor.text, start, end, is_cdata)?;
        Ok((Some(value), is_fixed))
    }

    /// The value of an attribute whose literal is `text[start..end]`: references replaced, white space as the kind wants it.
    pub fn attribute_value<E>(
        &self,
        text: &str,
        start: usize,
        end: usize,
        is_cdata: bool,
    ) -> Read<String, E> {
        let mut value = String::new();
        self.expand(&text[..end], start, &mut value, &mut Vec::new())?;
        match is_cdata {
            true => Ok(value),
            false => Ok(value.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")),
        }
    }

    fn expand<E>(&self, text: &str, start: usize, out: &mut String, open: &mut Vec<String>) -> Read<(), E> {
        let mut at = start;
        while let Some(c) = text[at..].chars().next() {
            match c {
                '<' => return Err(Stop::Fault(Code::InvalidToken, at)),
                '&' => {
                    let (reference, behind) = match scan::reference(text, at) {
                        // The literal is whole.
                        Err(Stop::More) => return Err(Stop::Fault(Code::InvalidToken, text.len())),
                        other => other?,
                    };
                    match reference {
                        scan::Reference::Character(c) => out.push(c),
                        scan::Reference::Entity(name) => {
                            // A fault within the entity is one of the reference.
                            self.expand_entity(name, at, out, open).map_err(|stop: Stop<E>| match stop {
                                Stop::Fault(code, _) => Stop::Fault(code, at),
                                other => other,
                            })?;
                        }
                    }
                    at = behind;
                    continue;
                }
                '\r' if text[at + 1..].starts_with('\n') => {}
                '\t' | '\n' | '\r' => out.push(' '),
                c => out.push(c),
            }
            at += c.len_utf8();
        }
        Ok(())
    }

    fn expand_entity<E>(
        &self,
        name: &str,
        at: usize,
        out: &mut String,
        open: &mut Vec<String>,
    ) -> Read<(), E> {
        if let Some(c) = scan::predefined(name) {
            out.push(c);
            return Ok(());
        }
        match self.entities.get(name) {
            None if self.is_partial && !self.is_standalone => Ok(()),
            None => Err(Stop::Fault(Code::UndefinedEntity, at)),
            Some(Entity::Unparsed) => Err(Stop::Fault(Code::BinaryEntityReference, at)),
            Some(Entity::External(_)) => Err(Stop::Fault(Code::ExternalEntityInAttribute, at)),
            Some(Entity::Internal(_)) if open.iter().any(|outer| outer == name) => {
                Err(Stop::Fault(Code::RecursiveEntity, at))
            }
            Some(Entity::Internal(text)) => {
                if out.len() > super::MOST_EXPANDED {
                    return Err(Stop::Fault(Code::Amplification, at));
                }
                open.push(name.to_owned());
                self.expand(text, 0, out, open)?;
                open.pop();
                Ok(())
            }
        }
    }
}

impl<'a> Cursor<'a> {
    fn skip_space(&mut self) {
        self.at = scan::skip_space(self.text, self.at);
    }

    fn space<E>(&mut self) -> Read<(), E> {
        self.at = scan::expect_space(self.text, self.at)?;
        Ok(())
    }

    /// Whether this stands here, which is then passed.
    fn take(&mut self, what: &str) -> bool {
        let is_here = self.text[self.at..].starts_with(what);
        self.at += if is_here { what.len() } else { 0 };
        is_here
    }

    fn name<E>(&mut self) -> Read<&'a str, E> {
        let start = self.at;
        self.at = scan::name(self.text, start)?;
        Ok(&self.text[start..self.at])
    }

    /// `>`, perhaps behind white space.
    fn end<E>(&mut self) -> Read<(), E> {
        self.skip_space();
        match self.take(">") {
            true => Ok(()),
            false => Err(Stop::Fault(Code::Syntax, self.at)),
        }
    }

    /// `SYSTEM` or `PUBLIC` and literals. `has_system`: the second literal of `PUBLIC` has to be there.
    pub fn external_id<E>(&mut self, has_system: bool) -> Read<ExternalId, E> {
        let start = self.at;
        let (system, public) = match self.name()? {
            "SYSTEM" => {
                self.space()?;
                (Some(self.literal()?), None)
            }
            "PUBLIC" => {
                self.space()?;
                let public = self.public_id()?;
                let before = self.at;
                self.skip_space();
                let follows = matches!(self.text.as_bytes().get(self.at), Some(b'"' | b'\''));
                if has_system && !follows {
                    return Err(Stop::Fault(Code::Syntax, self.at));
                }
                if follows && before == self.at {
                    return Err(Stop::Fault(Code::InvalidToken, self.at));
                }
                (if follows { Some(self.literal()?) } else { None }, Some(public))
            }
            _ => return Err(Stop::Fault(Code::Syntax, start)),
        };
        Ok(ExternalId { system, public })
    }

    fn literal<E>(&mut self) -> Read<String, E> {
        let (start, end) = scan::quoted(self.text, self.at)?;
        self.at = end + 1;
        Ok(self.text[start..end].to_owned())
    }

    fn public_id<E>(&mut self) -> Read<String, E> {
        let at = self.at;
        let literal = self.literal()?;
        let is_allowed = |c: char| {
            c.is_ascii_alphanumeric() || matches!(c, ' ' | '\r' | '\n') || "-'()+,./:=?;!*#@$_%".contains(c)
        };
        match literal.chars().all(is_allowed) {
            true => Ok(literal.split_ascii_whitespace().collect::<Vec<_>>().join(" ")),
            false => Err(Stop::Fault(Code::PublicId, at)),
        }
    }

    /// The replacement text of an entity: references to characters are replaced, those to entities are not yet.
    fn entity_value<E>(&mut self) -> Read<String, E> {
        let (start, end) = scan::quoted(self.text, self.at)?;
        self.at = end + 1;
        let (mut value, mut from) = (String::new(), start);
        while let Some(length) = self.text[from..end].find(['&', '%']) {
            let at = from + length;
            scan::push_with_plain_line_ends(&mut value, &self.text[from..at]);
            if self.text.as_bytes()[at] == b'%' {
                return Err(Stop::Fault(Code::ParameterEntityReference, at));
            }
            let (reference, behind) = match scan::reference(&self.text[..end], at) {
                Err(Stop::More) => return Err(Stop::Fault(Code::InvalidToken, end)),
                other => other?,
            };
            match reference {
                scan::Reference::Character(c) => value.push(c),
                scan::Reference::Entity(_) => value.push_str(&self.text[at..behind]),
            }
            from = behind;
        }
        scan::push_with_plain_line_ends(&mut value, &self.text[from..end]);
        Ok(value)
    }

    /// `NDATA name`, if it follows.
    fn notation_of_data<E>(&mut self, is_parameter: bool) -> Read<Option<&'a str>, E> {
        let before = self.at;
        self.skip_space();
        if is_parameter || before == self.at || !self.take("NDATA") {
            return Ok(None);
        }
        self.space()?;
        Ok(Some(self.name()?))
    }

    fn attribute_kind<E>(&mut self) -> Read<String, E> {
        if self.text[self.at..].starts_with('(') {
            return self.enumeration();
        }
        let start = self.at;
        match self.name()? {
            "NOTATION" => {
                self.space()?;
                Ok(format!("NOTATION{}", self.enumeration()?))
            }
            kind @ ("CDATA" | "ID" | "IDREF" | "IDREFS" | "ENTITY" | "ENTITIES" | "NMTOKEN" | "NMTOKENS") => {
                Ok(kind.to_owned())
            }
            _ => Err(Stop::Fault(Code::Syntax, start)),
        }
    }

    /// `(a|b)`, without its white space.
    fn enumeration<E>(&mut self) -> Read<String, E> {
        self.at = scan::expect(self.text, self.at, "(")?;
        let mut kind = String::from("(");
        loop {
            self.skip_space();
            let start = self.at;
            self.at = scan::name_token(self.text, start)?;
            kind.push_str(&self.text[start..self.at]);
            self.skip_space();
            let is_end = self.take(")");
            if start == self.at || !is_end && !self.take("|") {
                return Err(Stop::Fault(Code::Syntax, self.at));
            }
            kind.push(if is_end { ')' } else { '|' });
            if is_end {
                return Ok(kind);
            }
        }
    }

    fn element<E>(&mut self, tell: Tell<'_, E>) -> Read<(), E> {
        self.space()?;
        let name = self.name()?;
        self.space()?;
        let plain = |kind| Model { kind, quantity: Quantity::Once, name: None, children: Vec::new() };
        let model = if self.take("EMPTY") {
            plain(ModelKind::Empty)
        } else if self.take("ANY") {
            plain(ModelKind::Any)
        } else {
            self.group(0)?
        };
        self.end()?;
        Ok(tell(Event::ElementDecl { name, model: &model })?)
    }

    fn quantity(&mut self) -> Quantity {
        let all = [("?", Quantity::Optional), ("*", Quantity::Repeated), ("+", Quantity::AtLeastOnce)];
        all.into_iter().find(|(sign, _)| self.take(sign)).map_or(Quantity::Once, |(_, quantity)| quantity)
    }

    /// `(a, b)`, `(a | b)`, `(#PCDATA | a)*`.
    fn group<E>(&mut self, depth: usize) -> Read<Model, E> {
        if depth > MOST_NESTED {
            return Err(Stop::Fault(Code::Syntax, self.at));
        }
        self.at = scan::expect(self.text, self.at, "(")?;
        let mut group =
            Model { kind: ModelKind::Sequence, quantity: Quantity::Once, name: None, children: Vec::new() };
        let mut separator = None;
        self.skip_space();
        if self.take("#PCDATA") {
            group.kind = ModelKind::Mixed;
            separator = Some("|");
        } else {
            group.children.push(self.part(depth)?);
        }
        loop {
            self.skip_space();
            if self.take(")") {
                break;
            }
            let sign = if self.take("|") {
                "|"
            } else if self.take(",") {
                ","
            } else {
                return Err(Stop::Fault(Code::Syntax, self.at));
            };
            if *separator.get_or_insert(sign) != sign {
                return Err(Stop::Fault(Code::Syntax, self.at - 1));
            }
            if group.kind != ModelKind::Mixed && sign == "|" {
                group.kind = ModelKind::Choice;
            }
            self.skip_space();
            group.children.push(self.part(depth)?);
        }
        group.quantity = self.quantity();
        Ok(group)
    }

    fn part<E>(&mut self, depth: usize) -> Read<Model, E> {
        if self.text[self.at..].starts_with('(') {
            return self.group(depth + 1);
        }
        let name = Some(self.name()?.to_owned());
        Ok(Model { kind: ModelKind::Name, quantity: self.quantity(), name, children: Vec::new() })
    }

    fn notation<E>(&mut self, tell: Tell<'_, E>) -> Read<(), E> {
        self.space()?;
        let name = self.name()?;
        self.space()?;
        let id = self.external_id(false)?;
        self.end()?;
        Ok(tell(Event::NotationDecl { name, id: &id })?)
    }
}

/// Groups within groups of a content model; more would be a danger to the native stack.
const MOST_NESTED: usize = 1000;

/// The head of a document type: `text[at..]` behind `<!DOCTYPE`. Its name, where the rest is, and the offset of `[` or `>`.
pub fn doctype_head<E>(text: &str, at: usize) -> Read<(&str, ExternalId, usize), E> {
    let mut cursor = Cursor { text, at };
    cursor.space()?;
    let name = cursor.name()?;
    cursor.skip_space();
    let mut id = ExternalId::default();
    if !matches!(scan::byte::<E>(text, cursor.at)?, b'[' | b'>') {
        id = cursor.external_id(true)?;
        cursor.skip_space();
    }
    match scan::byte(text, cursor.at)? {
        b'[' | b'>' => Ok((name, id, cursor.at)),
        _ => Err(Stop::Fault(Code::Syntax, cursor.at)),
    }
}
