//! A [`Sheet`] as a PDF file: PDF/A-3a for the archive, PDF/UA-1 for everybody, checked by the library as it writes.
//!
//! The same sheet gives the same bytes: the only date in the file is the day of issue.

use crate::PaperError;
use crate::brand::Brand;
use crate::face::{Placed, points};
use crate::layout::Faces;
use crate::sheet::{Element, Mark, Owner, Role, Sheet};
use chrono::Datelike;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};
use krilla::{Document, SerializeSettings};
use std::collections::BTreeSet;
use std::num::{NonZeroU16, NonZeroU32};

/// The standards every file keeps; `None` if the library should stop offering them together.
pub(crate) fn standards() -> Option<Configuration> {
    ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .ok()
}

/// Writes a sheet; also returns the characters the faces lack.
pub(crate) fn write(
    sheet: &Sheet,
    faces: &Faces,
    brand: &Brand,
    language: &str,
    standards: Configuration,
) -> Result<(Vec<u8>, BTreeSet<char>), PaperError> {
    let settings = SerializeSettings { configuration: standards, enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let mut writer = Writer {
        faces,
        brand,
        leaves: vec![Vec::new(); sheet.elements.len()],
        glyphs: Vec::new(),
        missing: BTreeSet::new(),
    };
    let size = Size::from_wh(points(sheet.width), points(sheet.height)).ok_or(PaperError::Place)?;
    for marks in &sheet.pages {
        let mut page = document.start_page_with(PageSettings::new(size));
        let mut surface = page.surface();
        writer.page(&mut surface, marks)?;
        surface.finish();
        page.finish();
    }
    document.set_metadata(metadata(sheet, language));
    document.set_outline(outline(sheet));
    document.set_tag_tree(tree(&sheet.elements, writer.leaves, language));
    let bytes = document.finish().map_err(|error| PaperError::Pdf(format!("{error:?}")))?;
    Ok((bytes, writer.missing))
}

struct Writer<'a> {
    faces: &'a Faces,
    brand: &'a Brand,
    /// What was drawn for each element, in order.
    leaves: Vec<Vec<Identifier>>,
    /// Kept between texts for its allocation.
    glyphs: Vec<Placed>,
    missing: BTreeSet<char>,
}

impl Writer<'_> {
    /// Draws a page: neighbours of one owner share a marked sequence.
    fn page(&mut self, surface: &mut Surface<'_>, marks: &[Mark]) -> Result<(), PaperError> {
        let mut rest = marks;
        while let Some(first) = rest.first() {
            let owner = owner(first);
            let count = rest.iter().take_while(|mark| self::owner(mark) == owner).count();
            let (run, after) = rest.split_at(count);
            match owner {
                Owner::Furniture => {
                    let kind = if run.iter().any(|m| matches!(m, Mark::Text { .. })) {
                        ArtifactType::PaginationOther
                    } else {
                        ArtifactType::Layout
                    };
                    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
                }
                Owner::Element(element) => {
                    let tag = if matches!(first, Mark::Logo { .. }) {
                        ContentTag::Other
                    } else {
                        ContentTag::Span(SpanTag::empty())
                    };
                    let id = surface.start_tagged(tag);
                    if let Some(leaves) = self.leaves.get_mut(element) {
                        leaves.push(id);
                    }
                }
            }
            for mark in run {
                self.mark(surface, mark)?;
            }
            surface.end_tagged();
            rest = after;
        }
        Ok(())
    }

    fn mark(&mut self, surface: &mut Surface<'_>, mark: &Mark) -> Result<(), PaperError> {
        match mark {
            Mark::Text { x, y, style, text, .. } => {
                let face = self.faces.of(style.weight);
                self.missing.extend(text.chars().filter(|c| !face.has(*c)));
                face.place(text, &mut self.glyphs);
                surface.set_fill(Some(fill(style.colour)));
                let start = Point::from_xy(points(*x), points(*y));
                surface.draw_glyphs(start, &self.glyphs, face.font(), text, points(style.size), false);
            }
            Mark::Fill { x, y, width, height, colour } => {
                let rect = Rect::from_xywh(points(*x), points(*y), points(*width), points(*height));
                let mut path = PathBuilder::new();
                path.push_rect(rect.ok_or(PaperError::Place)?);
                surface.set_fill(Some(fill(*colour)));
                surface.draw_path(&path.finish().ok_or(PaperError::Place)?);
            }
            Mark::Logo { x, y, width, height, .. } => {
                if let Some(logo) = &self.brand.logo {
                    let size = Size::from_wh(points(*width), points(*height)).ok_or(PaperError::Place)?;
                    surface.push_transform(&Transform::from_translate(points(*x), points(*y)));
                    surface.draw_image(logo.image.clone(), size);
                    surface.pop();
                }
            }
        }
        Ok(())
    }
}

fn owner(mark: &Mark) -> Owner {
    match mark {
        Mark::Text { owner, .. } | Mark::Logo { owner, .. } => *owner,
        Mark::Fill { .. } => Owner::Furniture,
    }
}

fn fill([r, g, b]: [u8; 3]) -> Fill {
    Fill { paint: rgb::Color::new(r, g, b).into(), opacity: NormalizedF32::ONE, rule: Default::default() }
}

fn metadata(sheet: &Sheet, language: &str) -> Metadata {
    let day = sheet.issued;
    let created = DateTime::new(u16::try_from(day.year()).unwrap_or_default())
        .month(day.month() as u8)
        .day(day.day() as u8)
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(sheet.title.clone())
        .authors(vec![sheet.author.clone()])
        .creator("Billhook".to_owned())
        .language(language.to_owned())
        .creation_date(created)
}

fn outline(sheet: &Sheet) -> Outline {
    let mut outline = Outline::new();
    for mark in &sheet.bookmarks {
        let place = XyzDestination::new(mark.page, Point::from_xy(0.0, points(mark.y)));
        outline.push_child(OutlineNode::new(mark.text.clone(), place));
    }
    outline
}

/// The tree of meaning with what was drawn at its leaves.
fn tree(elements: &[Element], leaves: Vec<Vec<Identifier>>, language: &str) -> TagTree {
    let mut groups: Vec<TagGroup> = Vec::with_capacity(elements.len());
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    let mut roots = Vec::new();
    for (element, ids) in elements.iter().zip(leaves) {
        groups.push(TagGroup::with_children(tag(&element.role), ids.into_iter().map(Node::from).collect()));
    }
    // A child comes after its parent: taken from the back, a group has all its children when it moves to its own parent.
    for element in elements.iter().rev() {
        let Some(mut group) = groups.pop() else { break };
        // Groups hold either what was drawn or children; children arrived last first.
        if group.children.iter().all(|child| matches!(child, Node::Group(_))) {
            group.children.reverse();
        }
        match element.parent.and_then(|parent| groups.get_mut(parent)) {
            Some(parent) => parent.children.push(group.into()),
            None => roots.push(group),
        }
    }
    for group in roots.into_iter().rev() {
        tree.push(group);
    }
    tree
}

fn tag(role: &Role) -> TagKind {
    match role {
        Role::Heading(level, title) => {
            Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(title.clone())).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::Figure(alt) => Tag::Figure(Some(alt.clone())).into(),
        Role::Table(summary) => Tag::Table.with_summary(Some(summary.clone())).into(),
        Role::Head => Tag::THead.into(),
        Role::Body => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::ColumnHeader => Tag::TH(TableHeaderScope::Column).into(),
        Role::RowHeader(columns) => {
            Tag::TH(TableHeaderScope::Row).with_col_span(NonZeroU32::new(*columns).filter(|n| n.get() > 1)).into()
        }
        Role::Cell => Tag::TD.into(),
    }
}
