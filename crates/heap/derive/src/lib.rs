//! `#[derive(Layout)]`: one declaration of a heap object gives its layout table and its field descriptors.
//!
//! ```ignore
//! #[derive(Layout)]
//! #[layout(id = 12, name = "list")]
//! #[repr(C)]
//! struct List {
//!     header: Header,
//!     #[field(immutable)]
//!     len: Cell<i64>,
//!     #[array(length = "len")]
//!     items: Items<WordSlot>,
//! }
//! ```
//! emits `unsafe impl Layout`, the constants `List::LEN: FieldDescr` and `List::ITEMS_ARRAY: ArrayDescr`, and `ArrayLayout`.
//!
//! Struct attributes: `id = N` (required, below 4096), `name = ".."` (default: the struct's name), `finalizer`,
//! `external = path` (an `unsafe fn(*const u8) -> usize`).
//! Field attributes: `#[field(immutable)]`, `#[field(quasi_immutable)]`, `#[field(skip)]` (raw data that is not a field: no
//! descriptor, not traced), `#[array(length = "field")]`, `#[array(length = "field", immutable)]` on the last field.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Expr, Fields, LitInt, LitStr, Result};

#[proc_macro_derive(Layout, attributes(layout, field, array))]
pub fn derive_layout(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// What `#[layout(..)]` says.
struct StructAttributes {
    id: u32,
    name: String,
    finalizer: bool,
    external: Option<Expr>,
}

/// What `#[field(..)]` and `#[array(..)]` say.
#[derive(Default)]
struct FieldAttributes {
    immutable: bool,
    quasi_immutable: bool,
    skip: bool,
    array_length: Option<String>,
}

fn expand(input: &DeriveInput) -> Result<Tokens> {
    let struct_attributes = struct_attributes(input)?;
    check_repr_c(input)?;
    if let Some(parameter) = input.generics.params.first() {
        return Err(Error::new(parameter.span(), "a layout cannot be generic: it has one id"));
    }
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.span(), "only a struct can be a layout"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new(input.span(), "a layout needs named fields"));
    };
    let mut fields = fields.named.iter();
    let header =
        fields.next().ok_or_else(|| Error::new(input.span(), "the first field must be `header: Header`"))?;
    if header.ident.as_ref().is_none_or(|name| name != "header") {
        return Err(Error::new(header.span(), "the first field must be `header: Header`"));
    }

    let ty = &input.ident;
    let header_ty = &header.ty;
    let mut constants = Tokens::new();
    let mut descriptors = Vec::new();
    let mut slots = vec![quote!(0u64)];
    let mut array = quote!(None);
    let mut array_impl = Tokens::new();
    let mut checks = quote! {
        let _: fn(&#ty) -> &::heap::Header = |object| &object.header;
    };
    let fields: Vec<_> = fields.collect();
    for (index, field) in fields.iter().enumerate() {
        let attributes = field_attributes(field)?;
        let name = field.ident.as_ref().expect("named fields were checked above");
        let name_text = name.to_string();
        let field_ty = &field.ty;
        let visibility = &field.vis;
        if let Some(length) = attributes.array_length {
            if index + 1 != fields.len() {
                return Err(Error::new(field.span(), "the variable tail must be the last field"));
            }
            let constant = format_ident!("{}_ARRAY", name_text.to_uppercase());
            let length = format_ident!("{}", length, span = field.span());
            let immutable = attributes.immutable;
            constants.extend(quote! {
                #visibility const #constant: ::heap::ArrayDescr = ::heap::ArrayDescr {
                    layout: <#ty as ::heap::Layout>::ID,
                    item: <<#field_ty as ::heap::TailType>::Item as ::heap::FieldType>::KIND,
                    length_offset: ::heap::offset_u16(::core::mem::offset_of!(#ty, #length)),
                    items_offset: ::heap::offset_u16(::core::mem::offset_of!(#ty, #name)),
                    immutable: #immutable,
                };
            });
            array = quote!(Some(#ty::#constant));
            array_impl = quote! {
                // SAFETY: the descriptor was computed from the struct itself.
                unsafe impl ::heap::ArrayLayout for #ty {
                    type Item = <#field_ty as ::heap::TailType>::Item;
                    const ARRAY: ::heap::ArrayDescr = #ty::#constant;
                }
            };
            checks.extend(quote! {
                assert!(
                    matches!(#ty::#constant.item.size_bytes(), 1 | 2 | 4 | 8)
                        && ::core::mem::size_of::<<#field_ty as ::heap::TailType>::Item>()
                            == #ty::#constant.item.size_bytes(),
                    "items must be plain fields"
                );
                let _: fn(&#ty) -> &::heap::ArrayLength = |object| ::heap::as_array_length(&object.#length);
            });
            continue;
        }
        if attributes.skip {
            checks.extend(quote! {
                assert!(!::core::mem::needs_drop::<#field_ty>() || ::core::mem::needs_drop::<#ty>());
            });
            continue;
        }
        let constant = format_ident!("{}", name_text.to_uppercase());
        let mutability = match (attributes.immutable, attributes.quasi_immutable) {
            (true, false) => quote!(Immutable),
            (false, true) => quote!(QuasiImmutable),
            (false, false) => quote!(Mutable),
            (true, true) => {
                return Err(Error::new(field.span(), "a field is immutable or quasi-immutable, not both"));
            }
        };
        constants.extend(quote! {
            #visibility const #constant: ::heap::FieldDescr = ::heap::FieldDescr {
                layout: <#ty as ::heap::Layout>::ID,
                name: #name_text,
                offset: ::heap::offset_u16(::core::mem::offset_of!(#ty, #name)),
                kind: <#field_ty as ::heap::FieldType>::KIND,
                mutability: ::heap::Mutability::#mutability,
            };
        });
        descriptors.push(quote!(#ty::#constant));
        slots.push(quote! {
            ::heap::pointer_slots_at(
                ::core::mem::offset_of!(#ty, #name),
                <#field_ty as ::heap::FieldType>::POINTER_WORDS,
            )
        });
    }

    let StructAttributes { id, name, finalizer, external } = struct_attributes;
    let external = match external {
        Some(path) => quote!(Some(#path)),
        None => quote!(None),
    };
    Ok(quote! {
        #[allow(dead_code)]
        impl #ty { #constants }

        // SAFETY: `#[repr(C)]` with the header first is checked by the derive, and so is every field's type.
        unsafe impl ::heap::Layout for #ty {
            const ID: ::heap::LayoutId = ::heap::LayoutId(#id);
            const DESCR: &'static ::heap::LayoutDescr = &::heap::LayoutDescr {
                id: ::heap::LayoutId(#id),
                name: #name,
                size_bytes: {
                    // The fixed part of an object with a tail ends where the tail begins, in whole words.
                    let size = ::core::mem::size_of::<#ty>();
                    let size = (size + 7) & !7;
                    (if size < 16 { 16 } else { size }) as u32
                },
                pointer_slots: #(#slots)|*,
                array: #array,
                fields: &[#(#descriptors),*],
                drop: if ::core::mem::needs_drop::<#ty>() { Some(::heap::drop_object::<#ty>) } else { None },
                finalizer: #finalizer,
                external_bytes: #external,
            };
        }
        #array_impl

        const _: () = {
            assert!(#id < ::heap::FIRST_DYNAMIC_LAYOUT, "static layout ids are below 4096");
            assert!(::core::mem::offset_of!(#ty, header) == 0 && ::core::mem::align_of::<#ty>() <= 8);
            assert!(::core::mem::size_of::<#header_ty>() == 8);
            #checks
        };
    })
}

fn struct_attributes(input: &DeriveInput) -> Result<StructAttributes> {
    let mut id = None;
    let mut out = StructAttributes { id: 0, name: input.ident.to_string(), finalizer: false, external: None };
    for attribute in input.attrs.iter().filter(|a| a.path().is_ident("layout")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("id") {
                id = Some(meta.value()?.parse::<LitInt>()?.base10_parse()?);
            } else if meta.path.is_ident("name") {
                out.name = meta.value()?.parse::<LitStr>()?.value();
            } else if meta.path.is_ident("finalizer") {
                out.finalizer = true;
            } else if meta.path.is_ident("external") {
                out.external = Some(meta.value()?.parse()?);
            } else {
                return Err(meta.error("expected `id`, `name`, `finalizer` or `external`"));
            }
            Ok(())
        })?;
    }
    out.id = id.ok_or_else(|| Error::new(input.span(), "missing #[layout(id = ..)]"))?;
    Ok(out)
}

fn check_repr_c(input: &DeriveInput) -> Result<()> {
    let mut is_c = false;
    for attribute in input.attrs.iter().filter(|a| a.path().is_ident("repr")) {
        attribute.parse_nested_meta(|meta| {
            is_c |= meta.path.is_ident("C");
            Ok(())
        })?;
    }
    if is_c { Ok(()) } else { Err(Error::new(input.span(), "a layout must be #[repr(C)]")) }
}

fn field_attributes(field: &syn::Field) -> Result<FieldAttributes> {
    let mut out = FieldAttributes::default();
    for attribute in &field.attrs {
        if attribute.path().is_ident("field") {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("immutable") {
                    out.immutable = true;
                } else if meta.path.is_ident("quasi_immutable") {
                    out.quasi_immutable = true;
                } else if meta.path.is_ident("skip") {
                    out.skip = true;
                } else {
                    return Err(meta.error("expected `immutable`, `quasi_immutable` or `skip`"));
                }
                Ok(())
            })?;
        } else if attribute.path().is_ident("array") {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("length") {
                    out.array_length = Some(meta.value()?.parse::<LitStr>()?.value());
                } else if meta.path.is_ident("immutable") {
                    out.immutable = true;
                } else {
                    return Err(meta.error("expected `length = \"field\"` or `immutable`"));
                }
                Ok(())
            })?;
            if out.array_length.is_none() {
                return Err(Error::new(attribute.span(), "missing `length = \"field\"`"));
            }
        }
    }
    Ok(out)
}
