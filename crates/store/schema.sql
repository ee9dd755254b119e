-- Generated from migrations/ by a test; see src/migrate.rs.

CREATE TABLE accounts (
    key    INTEGER PRIMARY KEY CHECK (key > 0), -- number of the first
    count  INTEGER NOT NULL CHECK (count > 0),
    packed BLOB NOT NULL
) STRICT;

CREATE TABLE book (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    id       BLOB NOT NULL CHECK (length(id) = 16),
    name     TEXT NOT NULL CHECK (name <> ''),
    country  TEXT NOT NULL CHECK (length(country) = 2),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    role     TEXT NOT NULL CHECK (role IN ('direct-bill', 'indirect-provider', 'indirect-reseller')),
    created  TEXT NOT NULL CHECK (created GLOB '????-??-??')
) STRICT;

CREATE TABLE bundle_parts (
    bundle   TEXT NOT NULL,
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL,
    product  TEXT NOT NULL,
    sku      TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('licence', 'one_off', 'service')),
    ratio    TEXT NOT NULL,
    discount TEXT NOT NULL,
    price    TEXT, -- of one unit, in the edition's currency
    cost     TEXT,
    shown    INTEGER NOT NULL CHECK (shown IN (0, 1)),
    PRIMARY KEY (bundle, version, position),
    FOREIGN KEY (bundle, version) REFERENCES bundles (code, version) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE bundles (
    code       TEXT NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    day        INTEGER NOT NULL, -- the first on which the edition holds
    name       TEXT NOT NULL,
    price      TEXT,
    currency   TEXT CHECK (length(currency) = 3),
    show_parts INTEGER NOT NULL CHECK (show_parts IN (0, 1)),
    recorded   INTEGER NOT NULL CHECK (recorded > 0), -- the counter of prices from which it is known
    PRIMARY KEY (code, version),
    CHECK (price IS NULL OR currency IS NOT NULL)
) STRICT;

CREATE TABLE chain (
    n       INTEGER PRIMARY KEY CHECK (n > 0),
    version INTEGER NOT NULL,
    kind    TEXT NOT NULL CHECK (kind = 'document' OR kind = 'finding' OR kind = 'run' OR kind = 'invoice'
        OR kind = 'entry'),
    subject INTEGER NOT NULL, -- the record's `no`, or `seq` of the finding's history
    mac     BLOB NOT NULL
) STRICT;

CREATE INDEX chain_by_subject ON chain (kind, subject);

CREATE TABLE contacts (
    id       BLOB PRIMARY KEY CHECK (length(id) = 16),
    account  INTEGER NOT NULL, -- its number
    name     TEXT NOT NULL CHECK (name <> ''),
    role     TEXT NOT NULL,
    mail     TEXT NOT NULL,
    phone    TEXT NOT NULL,
    invoices INTEGER NOT NULL CHECK (invoices IN (0, 1)) -- who gets them: one of an account
) STRICT;

CREATE INDEX contacts_by_account ON contacts (account);

CREATE UNIQUE INDEX contacts_with_invoices ON contacts (account) WHERE invoices = 1;

CREATE TABLE contents (
    id    INTEGER PRIMARY KEY,
    hash  BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    size  INTEGER NOT NULL CHECK (size >= 0),
    body  BLOB,
    file  TEXT UNIQUE CHECK (length(file) = 32),
    key   BLOB CHECK (length(key) = 32),
    CHECK ((body IS NULL) <> (file IS NULL)),
    CHECK ((file IS NULL) = (key IS NULL))
) STRICT;

CREATE TABLE cost_lines (
    key    INTEGER PRIMARY KEY CHECK (key > 0), -- document * 2^32 + row of the first
    count  INTEGER NOT NULL CHECK (count > 0),
    packed BLOB NOT NULL
) STRICT;

CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL CHECK (value >= 0)
) STRICT;

CREATE TABLE documents (
    no          INTEGER PRIMARY KEY CHECK (no BETWEEN 1 AND 4294967295),
    id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    kind        TEXT NOT NULL, -- the import kind: 'ms-recon', 'sales', ...
    lines       TEXT CHECK (lines = 'reconciliation' OR lines = 'legacy' OR lines = 'daily_usage'
        OR lines = 'distributor'), -- when it has cost lines
    file_name   TEXT NOT NULL,
    sha256      BLOB NOT NULL CHECK (length(sha256) = 32), -- of kept contents
    rest_of     INTEGER REFERENCES documents (no), -- whose waiting rows were taken in later: the same contents
    bytes       INTEGER NOT NULL CHECK (bytes >= 0),
    period      INTEGER, -- first day of the billing month
    invoices    TEXT NOT NULL, -- vendor's invoice numbers, JSON list
    rows        INTEGER NOT NULL CHECK (rows >= 0),
    good_rows   INTEGER NOT NULL CHECK (good_rows BETWEEN 0 AND rows),
    totals      TEXT NOT NULL, -- control totals of the good rows, JSON object by currency
    imported_at TEXT NOT NULL,
    dialect     TEXT NOT NULL  -- how it was read, JSON
) STRICT;

CREATE UNIQUE INDEX documents_by_contents ON documents (sha256) WHERE rest_of IS NULL;

CREATE INDEX documents_by_period ON documents (period);

CREATE TABLE drafts (
    lines    INTEGER PRIMARY KEY REFERENCES sale_lines (no) DEFERRABLE INITIALLY DEFERRED,
    run      INTEGER NOT NULL REFERENCES runs (no) DEFERRABLE INITIALLY DEFERRED,
    heads    BLOB NOT NULL -- payers drafted again; then payer and totals of each draft; packed
) STRICT;

CREATE INDEX drafts_by_run ON drafts (run);

CREATE TABLE entries (
    key      INTEGER PRIMARY KEY CHECK (key > 0), -- number of the first
    count    INTEGER NOT NULL CHECK (count > 0),
    from_day INTEGER NOT NULL, -- first and last business day
    to_day   INTEGER NOT NULL,
    packed   BLOB NOT NULL
) STRICT;

CREATE TABLE events (
    key    INTEGER PRIMARY KEY CHECK (key > 0), -- number of the first, counted in the order of recording
    count  INTEGER NOT NULL CHECK (count > 0),
    packed BLOB NOT NULL
) STRICT;

CREATE TABLE finding_history (
    seq     INTEGER PRIMARY KEY CHECK (seq > 0),
    finding INTEGER NOT NULL REFERENCES findings (no) DEFERRABLE INITIALLY DEFERRED,
    state   TEXT NOT NULL,
    reason  TEXT NOT NULL,
    day     INTEGER NOT NULL,
    at      TEXT NOT NULL
) STRICT;

CREATE INDEX finding_history_by_finding ON finding_history (finding);

CREATE TABLE findings (
    no        INTEGER PRIMARY KEY CHECK (no > 0),
    id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    period    INTEGER NOT NULL,
    key       BLOB NOT NULL, -- natural key, packed
    part      INTEGER NOT NULL,
    class     TEXT NOT NULL,
    customer  BLOB,
    subscription BLOB,
    product   INTEGER NOT NULL, -- texts
    sku       INTEGER NOT NULL, -- texts
    product_name INTEGER NOT NULL, -- texts
    start_day INTEGER,
    end_day   INTEGER,
    money     TEXT NOT NULL,
    per_year  TEXT NOT NULL,
    currency  TEXT NOT NULL CHECK (length(currency) = 3),
    cost_difference TEXT NOT NULL,
    until     TEXT NOT NULL CHECK (until = 'window' OR until = 'renewal' OR until = 'any' OR until = 'never'),
    until_day INTEGER,
    fix       TEXT NOT NULL CHECK (fix = 'catch_up_line' OR fix = 'credit' OR fix = 'price_rule' OR fix = 'mapping'
        OR fix = 'register' OR fix = 'ticket' OR fix = 'none'),
    proof     BLOB NOT NULL, -- rows and evidence, packed
    state     TEXT NOT NULL CHECK (state = 'open' OR state = 'accepted' OR state = 'fixed' OR state = 'ignored'),
    reason    TEXT NOT NULL,
    gone      INTEGER NOT NULL CHECK (gone IN (0, 1)), -- not found again by the last reconciliation
    UNIQUE (period, key)
) STRICT;

CREATE TABLE invoices (
    key       INTEGER PRIMARY KEY CHECK (key > 0), -- number of the first in the book
    count     INTEGER NOT NULL CHECK (count > 0),
    kind      TEXT NOT NULL CHECK (kind IN ('invoice', 'credit_note')),
    run       INTEGER REFERENCES runs (no) DEFERRABLE INITIALLY DEFERRED,
    period    INTEGER NOT NULL,
    low       BLOB NOT NULL, -- smallest and largest id
    high      BLOB NOT NULL,
    lines     INTEGER NOT NULL UNIQUE REFERENCES sale_lines (no) DEFERRABLE INITIALLY DEFERRED,
    entries   INTEGER NOT NULL UNIQUE REFERENCES entries (key) DEFERRABLE INITIALLY DEFERRED,
    heads     BLOB NOT NULL, -- numbers, payers, dates, amounts, tax lines; packed
    snapshots BLOB NOT NULL, -- everything else that is printed, JSON, packed
    reopens   INTEGER        -- number of the invoice a credit note takes back so that its charges may be billed again
) STRICT;

CREATE INDEX invoices_by_period ON invoices (period);

CREATE INDEX invoices_by_run ON invoices (run);

CREATE INDEX invoices_reopening ON invoices (reopens) WHERE reopens IS NOT NULL;

CREATE TABLE list_prices (
    product     TEXT NOT NULL,
    sku         TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind = 'term' OR kind = 'extended_term' OR kind = 'usage'),
    term_months INTEGER NOT NULL CHECK (term_months > 0), -- 1 for usage
    plan        TEXT NOT NULL CHECK (plan = 'monthly' OR plan = 'annual' OR plan = 'triennial' OR plan = 'one_time'),
    currency    TEXT NOT NULL CHECK (length(currency) = 3),
    segment     TEXT NOT NULL, -- the vendor's market segment; empty for commercial
    at_least    TEXT NOT NULL, -- smallest quantity it is for
    day         INTEGER NOT NULL, -- first in force
    version     INTEGER NOT NULL CHECK (version > 0), -- the same list given again with another price
    until       INTEGER,
    cost        TEXT NOT NULL,
    erp         TEXT NOT NULL,
    recorded    INTEGER NOT NULL CHECK (recorded > 0), -- the counter of prices from which it is known
    document    INTEGER REFERENCES documents (no) DEFERRABLE INITIALLY DEFERRED, -- none for one entered by hand
    row         INTEGER,
    PRIMARY KEY (product, sku, kind, term_months, plan, currency, segment, at_least, day, version)
) STRICT;

CREATE TABLE migrations (
    number INTEGER PRIMARY KEY,
    name   TEXT NOT NULL,
    hash   BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE notes (
    id      BLOB PRIMARY KEY CHECK (length(id) = 16),
    account INTEGER NOT NULL, -- its number
    day     INTEGER NOT NULL,
    text    TEXT NOT NULL CHECK (text <> '')
) STRICT;

CREATE INDEX notes_by_account ON notes (account);

CREATE TABLE one_offs (
    id         BLOB PRIMARY KEY CHECK (length(id) = 16),
    account    INTEGER NOT NULL, -- its number
    day        INTEGER NOT NULL,
    name       TEXT NOT NULL,
    quantity   TEXT NOT NULL,
    unit_price TEXT NOT NULL,
    unit_cost  TEXT,
    currency   TEXT NOT NULL CHECK (length(currency) = 3),
    product    INTEGER, -- texts
    sku        INTEGER -- texts
) STRICT;

CREATE INDEX one_offs_by_account ON one_offs (account);

CREATE TABLE papers (
    invoice BLOB NOT NULL, -- id
    kind    TEXT NOT NULL CHECK (kind IN ('pdf', 'xml')),
    sha256  BLOB NOT NULL, -- of kept contents
    PRIMARY KEY (invoice, kind)
) STRICT;

CREATE TABLE price_lists (
    document    INTEGER NOT NULL REFERENCES documents (no) DEFERRABLE INITIALLY DEFERRED,
    version     INTEGER NOT NULL CHECK (version > 0), -- each state it had
    state       TEXT NOT NULL CHECK (state = 'in_force' OR state = 'preview' OR state = 'dropped'),
    vendor      TEXT NOT NULL, -- empty where the list does not say
    currencies  TEXT NOT NULL, -- codes in order, parted by blanks
    day         INTEGER NOT NULL, -- the first one a price of it is in force
    kept        INTEGER NOT NULL CHECK (kept >= 0), -- rows that are among the list prices
    everything  INTEGER NOT NULL CHECK (everything IN (0, 1)), -- rows of products the book does not sell were wanted too
    since       INTEGER NOT NULL, -- business day of the state
    PRIMARY KEY (document, version)
) STRICT;

CREATE TABLE price_rules (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    name        TEXT NOT NULL,
    version     INTEGER NOT NULL CHECK (version > 0),
    layer       TEXT NOT NULL CHECK (layer = 'book' OR layer = 'segment' OR layer = 'reseller' OR layer = 'account'
        OR layer = 'subscription'),
    target      BLOB NOT NULL, -- segment's text, else an id
    product     TEXT,
    sku         TEXT,
    term_months INTEGER,
    plan        TEXT CHECK (plan = 'monthly' OR plan = 'annual' OR plan = 'triennial' OR plan = 'one_time'),
    method      TEXT NOT NULL, -- JSON
    floor_at_cost      INTEGER NOT NULL CHECK (floor_at_cost IN (0, 1)),
    ceiling_at_erp     INTEGER NOT NULL CHECK (ceiling_at_erp IN (0, 1)),
    pass_promotions    INTEGER NOT NULL CHECK (pass_promotions IN (0, 1)),
    pass_earned_credit INTEGER NOT NULL CHECK (pass_earned_credit IN (0, 1)),
    hold        TEXT NOT NULL CHECK (hold = 'vendor_term' OR hold = 'customer_term' OR hold = 'float'), -- which list prices
    notice_days INTEGER CHECK ((notice_days IS NULL) = (hold <> 'float')),
    list_plan   TEXT NOT NULL CHECK (list_plan = 'bought' OR list_plan = 'sold'),
    uplift      TEXT, -- a share, raised each year
    uplift_day  INTEGER, -- first of the clause
    uplift_each INTEGER CHECK (uplift_each IN (0, 1)), -- by agreement
    day         INTEGER NOT NULL, -- first in force
    until       INTEGER,
    recorded    INTEGER NOT NULL CHECK (recorded > 0), -- the counter of prices from which it is known
    UNIQUE (name, version)
) STRICT;

CREATE TABLE problem_rows (
    document INTEGER NOT NULL REFERENCES documents (no),
    row      INTEGER NOT NULL CHECK (row >= 0),
    position INTEGER NOT NULL, -- several problems of one row
    field    TEXT NOT NULL,
    value    TEXT NOT NULL,
    code     TEXT NOT NULL,
    hint     TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('waiting', 'settled', 'left')),
    PRIMARY KEY (document, row, position)
) STRICT;

CREATE TABLE products (
    product  TEXT NOT NULL,
    sku      TEXT NOT NULL,
    version  INTEGER NOT NULL CHECK (version > 0),
    id       BLOB NOT NULL CHECK (length(id) = 16), -- the same in all of its versions
    name     TEXT NOT NULL,
    vendor   TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind = 'licence' OR kind = 'usage' OR kind = 'one_off' OR kind = 'service'),
    recorded INTEGER NOT NULL CHECK (recorded > 0), -- the counter of prices from which it is known
    PRIMARY KEY (product, sku, version)
) STRICT;

CREATE TABLE promotions (
    code        TEXT NOT NULL, -- the vendor's id, or a name given by hand
    product     TEXT NOT NULL,
    sku         TEXT NOT NULL,
    version     INTEGER NOT NULL CHECK (version > 0),
    term_months INTEGER CHECK (term_months > 0),
    plan        TEXT CHECK (plan = 'monthly' OR plan = 'annual' OR plan = 'triennial' OR plan = 'one_time'),
    share       TEXT NOT NULL,
    day         INTEGER NOT NULL, -- first on which a term may begin with it
    until       INTEGER,
    recorded    INTEGER NOT NULL CHECK (recorded > 0), -- the counter of prices from which it is known
    PRIMARY KEY (code, product, sku, version)
) STRICT;

CREATE TABLE register_changes (
    seq      INTEGER PRIMARY KEY CHECK (seq > 0),
    accounts BLOB NOT NULL -- their numbers, packed
) STRICT;

CREATE TABLE requests (
    key     TEXT PRIMARY KEY,
    command TEXT NOT NULL,
    answer  TEXT NOT NULL, -- JSON
    at      TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
    no         INTEGER PRIMARY KEY CHECK (no > 0),
    id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    period     INTEGER NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('draft', 'issued')),
    today      INTEGER NOT NULL, -- the business date it was drafted on
    register_seq INTEGER NOT NULL,
    prices_seq INTEGER NOT NULL,
    inputs     BLOB NOT NULL, -- hash of what it was computed from
    facts      TEXT NOT NULL, -- options and settings it was computed with, JSON
    guards     BLOB NOT NULL, -- packed
    at         TEXT NOT NULL
) STRICT;

CREATE INDEX runs_by_period ON runs (period);

CREATE TABLE sale_lines (
    no       INTEGER PRIMARY KEY CHECK (no > 0),
    count    INTEGER NOT NULL CHECK (count >= 0), -- drafts
    from_day INTEGER NOT NULL, -- first and last day of their charges
    to_day   INTEGER NOT NULL,
    digest   BLOB NOT NULL, -- keyed; stands for the row in the chain
    figures  BLOB NOT NULL, -- packed
    reasons  BLOB NOT NULL  -- the steps that made each line, packed
) STRICT;

CREATE INDEX sale_lines_by_day ON sale_lines (to_day);

CREATE TABLE seals (
    name TEXT PRIMARY KEY,
    rows INTEGER NOT NULL CHECK (rows >= 0),
    sum  BLOB NOT NULL CHECK (length(sum) = 32)
) STRICT;

CREATE TABLE sequences (
    series TEXT NOT NULL,
    year   INTEGER NOT NULL,
    next   INTEGER NOT NULL CHECK (next >= 1),
    PRIMARY KEY (series, year)
) STRICT;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL -- JSON
) STRICT;

CREATE TABLE sold_lines (
    key    INTEGER PRIMARY KEY CHECK (key > 0), -- document * 2^32 + row of the first
    count  INTEGER NOT NULL CHECK (count > 0),
    packed BLOB NOT NULL
) STRICT;

CREATE TABLE subscriptions (
    key    INTEGER PRIMARY KEY CHECK (key > 0), -- number of the first
    count  INTEGER NOT NULL CHECK (count > 0),
    packed BLOB NOT NULL
) STRICT;

CREATE TABLE superseded (
    no       INTEGER PRIMARY KEY CHECK (no > 0),
    of_table TEXT NOT NULL CHECK (of_table = 'accounts' OR of_table = 'tenants' OR of_table = 'subscriptions'),
    register INTEGER NOT NULL CHECK (register >= 0), -- the register's counter until which they were so
    records  BLOB NOT NULL -- numbers and records, packed
) STRICT;

CREATE TABLE tenants (
    key    INTEGER PRIMARY KEY CHECK (key > 0), -- number of the first
    count  INTEGER NOT NULL CHECK (count > 0),
    packed BLOB NOT NULL
) STRICT;

CREATE TABLE texts (
    id   INTEGER PRIMARY KEY CHECK (id > 0),
    text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE volume_breaks (
    recorded INTEGER NOT NULL CHECK (recorded > 0), -- the counter of prices from which the set is known
    quantity TEXT NOT NULL,
    discount TEXT NOT NULL,
    PRIMARY KEY (recorded, quantity)
) STRICT;

CREATE TRIGGER bundle_parts_no_delete BEFORE DELETE ON bundle_parts BEGIN SELECT RAISE(ABORT, 'bundle_parts: append-only'); END;

CREATE TRIGGER bundle_parts_no_replace BEFORE INSERT ON bundle_parts
WHEN EXISTS (SELECT 1 FROM bundle_parts WHERE bundle = NEW.bundle AND version = NEW.version AND position = NEW.position)
BEGIN SELECT RAISE(FAIL, 'bundle_parts: append-only'); END;

CREATE TRIGGER bundle_parts_no_update BEFORE UPDATE ON bundle_parts BEGIN SELECT RAISE(ABORT, 'bundle_parts: append-only'); END;

CREATE TRIGGER bundles_no_delete BEFORE DELETE ON bundles BEGIN SELECT RAISE(ABORT, 'bundles: append-only'); END;

CREATE TRIGGER bundles_no_replace BEFORE INSERT ON bundles
WHEN EXISTS (SELECT 1 FROM bundles WHERE code = NEW.code AND version = NEW.version)
BEGIN SELECT RAISE(FAIL, 'bundles: append-only'); END;

CREATE TRIGGER bundles_no_update BEFORE UPDATE ON bundles BEGIN SELECT RAISE(ABORT, 'bundles: append-only'); END;

CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain BEGIN SELECT RAISE(ABORT, 'chain: append-only'); END;

CREATE TRIGGER chain_no_replace BEFORE INSERT ON chain
WHEN EXISTS (SELECT 1 FROM chain WHERE n = NEW.n)
BEGIN SELECT RAISE(FAIL, 'chain: append-only'); END;

CREATE TRIGGER chain_no_update BEFORE UPDATE ON chain BEGIN SELECT RAISE(ABORT, 'chain: append-only'); END;

CREATE TRIGGER contents_never_change BEFORE UPDATE ON contents
BEGIN SELECT RAISE(ABORT, 'contents never change'); END;

CREATE TRIGGER cost_lines_no_delete BEFORE DELETE ON cost_lines BEGIN SELECT RAISE(ABORT, 'cost_lines: append-only'); END;

CREATE TRIGGER cost_lines_no_replace BEFORE INSERT ON cost_lines
WHEN EXISTS (SELECT 1 FROM cost_lines WHERE key = NEW.key)
BEGIN SELECT RAISE(FAIL, 'cost_lines: append-only'); END;

CREATE TRIGGER cost_lines_no_update BEFORE UPDATE ON cost_lines BEGIN SELECT RAISE(ABORT, 'cost_lines: append-only'); END;

CREATE TRIGGER documents_no_delete BEFORE DELETE ON documents BEGIN SELECT RAISE(ABORT, 'documents: append-only'); END;

CREATE TRIGGER documents_no_replace BEFORE INSERT ON documents
WHEN EXISTS (SELECT 1 FROM documents WHERE no = NEW.no)
BEGIN SELECT RAISE(FAIL, 'documents: append-only'); END;

CREATE TRIGGER documents_no_update BEFORE UPDATE ON documents BEGIN SELECT RAISE(ABORT, 'documents: append-only'); END;

CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries: append-only'); END;

CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries
WHEN EXISTS (SELECT 1 FROM entries WHERE key = NEW.key)
BEGIN SELECT RAISE(FAIL, 'entries: append-only'); END;

CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries: append-only'); END;

CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events: append-only'); END;

CREATE TRIGGER events_no_replace BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE key = NEW.key)
BEGIN SELECT RAISE(FAIL, 'events: append-only'); END;

CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events: append-only'); END;

CREATE TRIGGER finding_history_no_delete BEFORE DELETE ON finding_history BEGIN SELECT RAISE(ABORT, 'finding_history: append-only'); END;

CREATE TRIGGER finding_history_no_replace BEFORE INSERT ON finding_history
WHEN EXISTS (SELECT 1 FROM finding_history WHERE seq = NEW.seq)
BEGIN SELECT RAISE(FAIL, 'finding_history: append-only'); END;

CREATE TRIGGER finding_history_no_update BEFORE UPDATE ON finding_history BEGIN SELECT RAISE(ABORT, 'finding_history: append-only'); END;

CREATE TRIGGER invoices_no_delete BEFORE DELETE ON invoices BEGIN SELECT RAISE(ABORT, 'invoices: append-only'); END;

CREATE TRIGGER invoices_no_replace BEFORE INSERT ON invoices
WHEN EXISTS (SELECT 1 FROM invoices WHERE key = NEW.key)
BEGIN SELECT RAISE(FAIL, 'invoices: append-only'); END;

CREATE TRIGGER invoices_no_update BEFORE UPDATE ON invoices BEGIN SELECT RAISE(ABORT, 'invoices: append-only'); END;

CREATE TRIGGER list_prices_no_delete BEFORE DELETE ON list_prices BEGIN SELECT RAISE(ABORT, 'list_prices: append-only'); END;

CREATE TRIGGER list_prices_no_replace BEFORE INSERT ON list_prices
WHEN EXISTS (SELECT 1 FROM list_prices WHERE product = NEW.product AND sku = NEW.sku AND kind = NEW.kind AND term_months = NEW.term_months AND plan = NEW.plan AND currency = NEW.currency AND segment = NEW.segment AND at_least = NEW.at_least AND day = NEW.day AND version = NEW.version)
BEGIN SELECT RAISE(FAIL, 'list_prices: append-only'); END;

CREATE TRIGGER list_prices_no_update BEFORE UPDATE ON list_prices BEGIN SELECT RAISE(ABORT, 'list_prices: append-only'); END;

CREATE TRIGGER papers_no_delete BEFORE DELETE ON papers BEGIN SELECT RAISE(ABORT, 'papers: append-only'); END;

CREATE TRIGGER papers_no_replace BEFORE INSERT ON papers
WHEN EXISTS (SELECT 1 FROM papers WHERE invoice = NEW.invoice AND kind = NEW.kind)
BEGIN SELECT RAISE(FAIL, 'papers: append-only'); END;

CREATE TRIGGER papers_no_update BEFORE UPDATE ON papers BEGIN SELECT RAISE(ABORT, 'papers: append-only'); END;

CREATE TRIGGER price_lists_no_delete BEFORE DELETE ON price_lists BEGIN SELECT RAISE(ABORT, 'price_lists: append-only'); END;

CREATE TRIGGER price_lists_no_replace BEFORE INSERT ON price_lists
WHEN EXISTS (SELECT 1 FROM price_lists WHERE document = NEW.document AND version = NEW.version)
BEGIN SELECT RAISE(FAIL, 'price_lists: append-only'); END;

CREATE TRIGGER price_lists_no_update BEFORE UPDATE ON price_lists BEGIN SELECT RAISE(ABORT, 'price_lists: append-only'); END;

CREATE TRIGGER price_rules_no_delete BEFORE DELETE ON price_rules BEGIN SELECT RAISE(ABORT, 'price_rules: append-only'); END;

CREATE TRIGGER price_rules_no_replace BEFORE INSERT ON price_rules
WHEN EXISTS (SELECT 1 FROM price_rules WHERE id = NEW.id)
BEGIN SELECT RAISE(FAIL, 'price_rules: append-only'); END;

CREATE TRIGGER price_rules_no_update BEFORE UPDATE ON price_rules BEGIN SELECT RAISE(ABORT, 'price_rules: append-only'); END;

CREATE TRIGGER products_no_delete BEFORE DELETE ON products BEGIN SELECT RAISE(ABORT, 'products: append-only'); END;

CREATE TRIGGER products_no_replace BEFORE INSERT ON products
WHEN EXISTS (SELECT 1 FROM products WHERE product = NEW.product AND sku = NEW.sku AND version = NEW.version)
BEGIN SELECT RAISE(FAIL, 'products: append-only'); END;

CREATE TRIGGER products_no_update BEFORE UPDATE ON products BEGIN SELECT RAISE(ABORT, 'products: append-only'); END;

CREATE TRIGGER promotions_no_delete BEFORE DELETE ON promotions BEGIN SELECT RAISE(ABORT, 'promotions: append-only'); END;

CREATE TRIGGER promotions_no_replace BEFORE INSERT ON promotions
WHEN EXISTS (SELECT 1 FROM promotions WHERE code = NEW.code AND product = NEW.product AND sku = NEW.sku AND version = NEW.version)
BEGIN SELECT RAISE(FAIL, 'promotions: append-only'); END;

CREATE TRIGGER promotions_no_update BEFORE UPDATE ON promotions BEGIN SELECT RAISE(ABORT, 'promotions: append-only'); END;

CREATE TRIGGER requests_no_delete BEFORE DELETE ON requests BEGIN SELECT RAISE(ABORT, 'requests: append-only'); END;

CREATE TRIGGER requests_no_replace BEFORE INSERT ON requests
WHEN EXISTS (SELECT 1 FROM requests WHERE key = NEW.key)
BEGIN SELECT RAISE(FAIL, 'requests: append-only'); END;

CREATE TRIGGER requests_no_update BEFORE UPDATE ON requests BEGIN SELECT RAISE(ABORT, 'requests: append-only'); END;

CREATE TRIGGER sale_lines_no_delete BEFORE DELETE ON sale_lines
WHEN EXISTS (SELECT 1 FROM invoices WHERE lines = OLD.no)
BEGIN SELECT RAISE(ABORT, 'sale_lines: append-only'); END;

CREATE TRIGGER sale_lines_no_replace BEFORE INSERT ON sale_lines
WHEN EXISTS (SELECT 1 FROM sale_lines WHERE no = NEW.no)
BEGIN SELECT RAISE(FAIL, 'sale_lines: append-only'); END;

CREATE TRIGGER sale_lines_no_update BEFORE UPDATE ON sale_lines BEGIN SELECT RAISE(ABORT, 'sale_lines: append-only'); END;

CREATE TRIGGER sold_lines_no_delete BEFORE DELETE ON sold_lines BEGIN SELECT RAISE(ABORT, 'sold_lines: append-only'); END;

CREATE TRIGGER sold_lines_no_replace BEFORE INSERT ON sold_lines
WHEN EXISTS (SELECT 1 FROM sold_lines WHERE key = NEW.key)
BEGIN SELECT RAISE(FAIL, 'sold_lines: append-only'); END;

CREATE TRIGGER sold_lines_no_update BEFORE UPDATE ON sold_lines BEGIN SELECT RAISE(ABORT, 'sold_lines: append-only'); END;

CREATE TRIGGER superseded_no_delete BEFORE DELETE ON superseded BEGIN SELECT RAISE(ABORT, 'superseded: append-only'); END;

CREATE TRIGGER superseded_no_replace BEFORE INSERT ON superseded
WHEN EXISTS (SELECT 1 FROM superseded WHERE no = NEW.no)
BEGIN SELECT RAISE(FAIL, 'superseded: append-only'); END;

CREATE TRIGGER superseded_no_update BEFORE UPDATE ON superseded BEGIN SELECT RAISE(ABORT, 'superseded: append-only'); END;

CREATE TRIGGER texts_no_delete BEFORE DELETE ON texts BEGIN SELECT RAISE(ABORT, 'texts: append-only'); END;

CREATE TRIGGER texts_no_replace BEFORE INSERT ON texts
WHEN EXISTS (SELECT 1 FROM texts WHERE id = NEW.id)
BEGIN SELECT RAISE(FAIL, 'texts: append-only'); END;

CREATE TRIGGER texts_no_update BEFORE UPDATE ON texts BEGIN SELECT RAISE(ABORT, 'texts: append-only'); END;

CREATE TRIGGER volume_breaks_no_delete BEFORE DELETE ON volume_breaks BEGIN SELECT RAISE(ABORT, 'volume_breaks: append-only'); END;

CREATE TRIGGER volume_breaks_no_replace BEFORE INSERT ON volume_breaks
WHEN EXISTS (SELECT 1 FROM volume_breaks WHERE recorded = NEW.recorded AND quantity = NEW.quantity)
BEGIN SELECT RAISE(FAIL, 'volume_breaks: append-only'); END;

CREATE TRIGGER volume_breaks_no_update BEFORE UPDATE ON volume_breaks BEGIN SELECT RAISE(ABORT, 'volume_breaks: append-only'); END;
