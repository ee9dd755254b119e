"""Makes the two faces of the paper out of the `inter-ui` package (npm, 4.1.1). Run once; its output is committed.

    npm pack inter-ui@4.1.1 && tar xzf inter-ui-4.1.1.tgz
    pip install fonttools==4.68.0 brotli
    python make.py package/web

Digits and signs become tabular, and the round quotes (ss03) and the spurred G (cv10) become the plain characters, so
that the program needs no substitution at run time: a character is a glyph. Kerning stays; everything else goes.
"""
import sys
from fontTools import subset
from fontTools.ttLib import TTFont

KEEP = [
    (0x0020, 0x007E), (0x00A0, 0x024F), (0x0259, 0x0259), (0x02BB, 0x02BC), (0x02C6, 0x02DD),  # Latin
    (0x0370, 0x03FF), (0x0400, 0x052F), (0x1E00, 0x1EFF), (0x1F00, 0x1FFF),  # Greek, Cyrillic, Vietnamese
    (0x2002, 0x200B), (0x2010, 0x2027), (0x202F, 0x203A), (0x2044, 0x2044), (0x2070, 0x208E),  # punctuation
    (0x20A0, 0x20C0), (0x2116, 0x2117), (0x2120, 0x2122), (0x2126, 0x2126), (0x2153, 0x215E),  # currencies
    (0x2190, 0x2193), (0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2265), (0x25A1, 0x25A1), (0xFFFD, 0xFFFD),
]
TABULAR = set("0123456789+\u2212")


def substitutions(font, feature):
    gsub = font["GSUB"].table
    pairs = {}
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag == feature:
            for index in record.Feature.LookupListIndex:
                for table in gsub.LookupList.Lookup[index].SubTable:
                    table = getattr(table, "ExtSubTable", table)
                    pairs.update(getattr(table, "mapping", {}))
    return pairs


def make(source, target):
    font = TTFont(source, recalcTimestamp=False)
    font.flavor = None
    for feature, only in (("ss03", None), ("cv10", None), ("tnum", TABULAR)):
        pairs = substitutions(font, feature)
        for table in font["cmap"].tables:
            for code, glyph in list(table.cmap.items()):
                if only is None or chr(code) in only:
                    table.cmap[code] = pairs.get(glyph, glyph)
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.drop_tables += ["GSUB", "GDEF", "DSIG", "STAT", "meta"]
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    job = subset.Subsetter(options)
    job.populate(unicodes=[code for first, last in KEEP for code in range(first, last + 1)])
    job.subset(font)
    font.save(target)


for weight in ("Regular", "SemiBold"):
    make(f"{sys.argv[1]}/Inter-{weight}.woff2", f"Inter-{weight}.ttf")
