// Made from the command list by a test of crates/app: UPDATE_GOLDEN=1 cargo test -p billhook-app types.
// Amounts are decimal text, days are `2026-11-09`.

export interface Commands {
  "demo": {
    ask: {
      /** A folder, made when it is not there; must not hold a sample book already. */
      dir: string;
    };
    answer: {
      /** The account of it, for people. */
      text: string;
      /** The book. */
      book: string;
      /** Its recovery key. */
      key_file: string;
      /** The same account as figures. */
      steps: Array<{
        name: string;
        title: string;
        facts: Record<string, unknown>;
      }>;
      /** Every file written beside the book. */
      files: Array<string>;
    };
  };
  "book create": {
    ask: {
      /** Folder to make. */
      path: string;
      /** The seller's legal name. */
      name: string;
      /** The seller's country. */
      country: string;
      /** The book's currency. */
      currency: string;
      /** The seller's role. */
      role: string;
      /** Where the recovery key is written, beside being returned once. */
      key_file_out?: string | null;
    };
    answer: {
      path: string;
      name: string;
      recovery_key: string;
      key_file: string | null;
      passphrase: boolean;
      note: string;
    };
  };
  "book info": {
    ask: Record<string, never>;
    answer: {
      name: string;
      country: string;
      currency: string;
      role: string;
      created: string;
      accounts: number;
      tenants: number;
      products: number;
      subscriptions: number;
      documents: number;
      cost_lines: number;
      sold_lines: number;
      invoices: number;
      entries: number;
      open_findings: number;
      last_backup: string | null;
      notices: Array<string>;
    };
  };
  "book check": {
    ask: Record<string, never>;
    answer: {
      verified: boolean;
      problems: Array<{
        code: string;
        place: string;
        detail: string;
      }>;
      checked: Array<string>;
    };
  };
  "book backup create": {
    ask: {
      dir: string;
    };
    answer: {
      file: string;
      bytes: number;
      verified: boolean;
      name: string;
      invoices: number;
    };
  };
  "book backup verify": {
    ask: {
      file: string;
    };
    answer: {
      file: string;
      bytes: number;
      verified: boolean;
      name: string;
      invoices: number;
    };
  };
  "book backup restore": {
    ask: {
      file: string;
      to: string;
    };
    answer: {
      file: string;
      bytes: number;
      verified: boolean;
      name: string;
      invoices: number;
    };
  };
  "book passphrase": {
    ask: Record<string, never>;
    answer: Record<string, never>;
  };
  "book recovery-key": {
    ask: {
      key_file_out?: string | null;
    };
    answer: {
      recovery_key: string;
      key_file: string | null;
    };
  };
  "book export": {
    ask: {
      canonical?: boolean;
      to?: string | null;
    };
    answer: {
      text?: string | null;
      file?: string | null;
    };
  };
  "book settings": {
    ask: Record<string, never>;
    answer: {
      settings: Array<{
        key: string;
        value: string;
        meaning: string;
      }>;
    };
  };
  "book set": {
    ask: {
      pairs: Array<string>;
    };
    answer: {
      settings: Array<{
        key: string;
        value: string;
        meaning: string;
      }>;
    };
  };
  "book rates": {
    ask: Record<string, never>;
    answer: {
      /** The currency they convert to. */
      home: string;
      rates: Array<{
        currency: string;
        rate: string;
        from: string;
        source: string;
        /** Whether tax of today would be converted by it. */
        in_force: boolean;
      }>;
    };
  };
  "book rate": {
    ask: {
      /** The other currency. */
      currency: string;
      /** What one unit of it is worth in the book's currency. */
      rate: string;
      /** First day in force; today without one. */
      from?: string | null;
      /** Who published it. */
      source: string;
    };
    answer: {
      /** The currency they convert to. */
      home: string;
      rates: Array<{
        currency: string;
        rate: string;
        from: string;
        source: string;
        /** Whether tax of today would be converted by it. */
        in_force: boolean;
      }>;
    };
  };
  "import": {
    ask: {
      /** Files, in any order. */
      files: Array<string>;
      /** Kind of every file, instead of recognising it. */
      as?: string | null;
      /** Column mapping for a distributor's file. */
      mapping?: string | null;
      /** Billing month, where the file does not say. */
      period?: string | null;
      /** Store the good rows of a file with problems. */
      keep_good?: boolean;
      /** Price lists are announced only: nothing is priced by them before they are taken into force. */
      preview?: boolean;
      /** Keep every price of a list, also of products the book does not sell. */
      all?: boolean;
      /** How to read dates such as 03/04/2026. */
      date_order?: string | null;
      /** How to read numbers such as 1.234. */
      decimal?: string | null;
      /** What the vendor's invoice says the file adds up to, as `AMOUNT CUR`. */
      total?: string | null;
      /** Cells to read otherwise, as `ROW:COLUMN=VALUE`; for one file. */
      correct?: Array<string>;
      /** How to read each file, by its place among `files`; what one does not say is as for all. */
      ways?: Array<{
        /** Its kind, instead of recognising it. */
        as?: string | null;
        /** Column mapping, by name. */
        mapping?: string | null;
        /** Column mapping, as text. */
        mapping_text?: string | null;
        /** How to read dates such as 03/04/2026: `dmy` or `mdy`. */
        date_order?: string | null;
        /** How to read numbers such as 1.234: `point` or `comma`. */
        decimal?: string | null;
        /** Billing month, where the file does not say. */
        period?: string | null;
        /** What the vendor's invoice says the file adds up to, as `AMOUNT CUR`. */
        total?: string | null;
        /** A price list is announced only. */
        preview?: boolean;
        /** Every price of a list is kept. */
        all?: boolean;
        /** Cells to read otherwise. */
        corrections?: Array<{
          /** Row counted from 1 without the header. */
          row: number;
          /** The column as the file names it. */
          column: string;
          /** What to read there. */
          value: string;
        }>;
      }>;
    };
    answer: {
      files: Array<{
        file: string;
        kind: string;
        document?: number | null;
        period?: string | null;
        rows: number;
        stored: number;
        changed: number;
        skipped_same: number;
        /** Prices that stay in the document only, because the book does not sell what they are of. */
        left?: number;
        problem_rows: number;
        totals: Array<{
          currency: string;
          amount: string;
        }>;
        /** What the vendor's invoice says it adds up to. */
        stated?: Array<{
          currency: string;
          /** What the invoice says, net. */
          amount: string;
          /** What the rows that were read add up to. */
          rows: string;
          /** Rows less invoice. */
          difference: string;
        }>;
        /** Cells that were read otherwise, as asked. */
        corrected?: Array<{
          /** Row counted from 1 without the header. */
          row: number;
          /** The column as the file names it. */
          column: string;
          /** What the row says. */
          said: string;
          /** What was used. */
          used: string;
        }>;
        problems: Array<{
          row: number;
          column: string;
          value: string;
          code: string;
          hint: string;
          /** Whether the row is read once another value is given for the cell. */
          correctable: boolean;
          /** What the cell seems to mean. */
          proposal?: string | null;
        }>;
        notes: Array<{
          /** Stable code: `N-…`. */
          code: string;
          /** The sentence. */
          text: string;
          /** What its gaps are filled with. */
          values: Array<{
            /** Its name. */
            name: string;
            /** Its value. */
            value: string;
          }>;
        }>;
        unknown_columns: Array<string>;
      }>;
      notes?: Array<{
        /** Stable code: `N-…`. */
        code: string;
        /** The sentence. */
        text: string;
        /** What its gaps are filled with. */
        values: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
      }>;
    };
  };
  "import fix": {
    ask: {
      /** Number of the document. */
      document: number;
      /** Cells to read otherwise, as `ROW:COLUMN=VALUE`. */
      correct?: Array<string>;
      /** The same, one by one. */
      corrections?: Array<{
        /** Row counted from 1 without the header. */
        row: number;
        /** The column as the file names it. */
        column: string;
        /** What to read there. */
        value: string;
      }>;
      /** Rows to leave out for good. */
      leave?: Array<number>;
    };
    answer: {
      /** Whose rows they are. */
      document: number;
      file: string;
      kind: string;
      /** The document that holds what was taken in. */
      rest?: number | null;
      /** Rows taken in. */
      taken: number;
      /** Rows left out for good. */
      left: number;
      /** Rows that go on waiting. */
      waiting: number;
      /** Totals of what was taken in. */
      totals: Array<{
        currency: string;
        amount: string;
      }>;
      /** What the vendor's invoice says, beside all rows there are now. */
      stated?: Array<{
        currency: string;
        /** What the invoice says, net. */
        amount: string;
        /** What the rows that were read add up to. */
        rows: string;
        /** Rows less invoice. */
        difference: string;
      }>;
      corrected: Array<{
        /** Row counted from 1 without the header. */
        row: number;
        /** The column as the file names it. */
        column: string;
        /** What the row says. */
        said: string;
        /** What was used. */
        used: string;
      }>;
      /** What is wrong with those that go on waiting. */
      problems: Array<{
        row: number;
        column: string;
        value: string;
        code: string;
        hint: string;
        /** Whether the row is read once another value is given for the cell. */
        correctable: boolean;
        /** What the cell seems to mean. */
        proposal?: string | null;
      }>;
      notes: Array<{
        /** Stable code: `N-…`. */
        code: string;
        /** The sentence. */
        text: string;
        /** What its gaps are filled with. */
        values: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
      }>;
    };
  };
  "import look": {
    ask: {
      /** The file. */
      file: string;
      /** How to read it. */
      way?: {
        /** Its kind, instead of recognising it. */
        as?: string | null;
        /** Column mapping, by name. */
        mapping?: string | null;
        /** Column mapping, as text. */
        mapping_text?: string | null;
        /** How to read dates such as 03/04/2026: `dmy` or `mdy`. */
        date_order?: string | null;
        /** How to read numbers such as 1.234: `point` or `comma`. */
        decimal?: string | null;
        /** Billing month, where the file does not say. */
        period?: string | null;
        /** What the vendor's invoice says the file adds up to, as `AMOUNT CUR`. */
        total?: string | null;
        /** A price list is announced only. */
        preview?: boolean;
        /** Every price of a list is kept. */
        all?: boolean;
        /** Cells to read otherwise. */
        corrections?: Array<{
          /** Row counted from 1 without the header. */
          row: number;
          /** The column as the file names it. */
          column: string;
          /** What to read there. */
          value: string;
        }>;
      };
    };
    answer: {
      /** Its kind, where it is known. */
      kind: string | null;
      /** The mapping it is read with. */
      mapping: string | null;
      /** Whether a person compared a file of this mapping with an invoice. */
      confirmed: boolean;
      /** The file's columns in order. */
      columns: Array<{
        /** As the file names it. */
        theirs: string;
        /** As we do, where it is one we read. */
        ours: string | null;
      }>;
      /** Its first rows as they stand there. */
      rows: Array<Array<string>>;
      /** What only a person can say. */
      questions: Array<{
        /** What answers it: `date_order` or `decimal`. */
        field: string;
        answers: Array<string>;
        /** The question in words, with a cell as an example. */
        text: string;
      }>;
      /** Why it cannot be read. */
      problem: {
        code: string;
        message: string;
        hints: Array<string>;
      } | null;
      notes: Array<{
        /** Stable code: `N-…`. */
        code: string;
        /** The sentence. */
        text: string;
        /** What its gaps are filled with. */
        values: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
      }>;
    };
  };
  "import kinds": {
    ask: Record<string, never>;
    answer: {
      kinds: Array<{
        kind: string;
        what: string;
        columns: Array<{
          name: string;
          needed: boolean;
          meaning: string;
        }>;
      }>;
    };
  };
  "import template": {
    ask: {
      kind: string;
    };
    answer: {
      text: string;
    };
  };
  "mapping list": {
    ask: Record<string, never>;
    answer: {
      mappings: Array<{
        name: string;
        title: string;
        confirmed: boolean;
        source: string;
        columns: number;
      }>;
    };
  };
  "mapping show": {
    ask: {
      name: string;
    };
    answer: {
      text: string;
      /** Whether charges are written negative. */
      negate: boolean;
      /** Whether the amount is for all units. */
      amount_includes_quantity: boolean;
      /** Currency when the file names none. */
      currency: string | null;
      /** Our column, and the file's. */
      columns: Array<{
        ours: string;
        theirs: string;
      }>;
    };
  };
  "mapping save": {
    ask: {
      file?: string | null;
      text?: string | null;
    };
    answer: {
      name: string;
      columns: number;
    };
  };
  "mapping test": {
    ask: {
      name?: string;
      /** The mapping itself, instead of its name. */
      text?: string | null;
      file: string;
    };
    answer: {
      mapping: string;
      rows: number;
      good: number;
      unknown_columns: Array<string>;
      totals: Array<{
        /** Currency. */
        currency: string;
        /** Sum as text. */
        amount: string;
      }>;
      problems: Array<{
        row: number;
        column: string;
        value: string;
        code: string;
        hint: string;
        /** Whether the row is read once another value is given for the cell. */
        correctable: boolean;
        /** What the cell seems to mean. */
        proposal?: string | null;
      }>;
      preview: Array<{
        row: number;
        customer: string;
        subscription: string;
        product: string;
        from: string | null;
        to: string | null;
        quantity: string;
        amount: string;
        currency: string;
      }>;
    };
  };
  "accounts list": {
    ask: {
      /** Only those whose id or name contains this, in any case. */
      find?: string | null;
      /** At most so many. */
      limit?: number | null;
    };
    answer: {
      total: number;
      accounts: Array<{
        id: string;
        ref: string;
        name: string;
        kind: string;
        parent: string | null;
        bill_to: string | null;
        country: string;
        address: Array<string>;
        vat_id: string;
        tax: string;
        tax_percent: string;
        segment: string;
        currency: string;
        payment_days: number;
        language: string;
        basis: string | null;
        purchase_order: string;
        needs_purchase_order: boolean;
        ended: string | null;
      }>;
    };
  };
  "accounts tree": {
    ask: {
      /** Accounts whose branch is folded, as the tree names them. */
      closed?: Array<string>;
    };
    answer: {
      customers: number;
      resellers: number;
      ended: number;
      accounts: Array<{
        ref: string;
        name: string;
        kind: string;
        /** How many stand above it. */
        depth: number;
        /** The account above, as the tree names it. */
        parent: string | null;
        parent_name: string | null;
        /** Accounts right below it. */
        children: number;
        closed: boolean;
        country: string;
        currency: string;
        segment: string;
        /** Subscriptions of its own that run today. */
        running: number;
        ended: string | null;
      }>;
    };
  };
  "accounts show": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      id: string;
      ref: string;
      name: string;
      kind: string;
      parent: string | null;
      bill_to: string | null;
      country: string;
      address: Array<string>;
      vat_id: string;
      tax: string;
      tax_percent: string;
      segment: string;
      currency: string;
      payment_days: number;
      language: string;
      basis: string | null;
      purchase_order: string;
      needs_purchase_order: boolean;
      ended: string | null;
      tenants: Array<string>;
      children: Array<string>;
      subscriptions: number;
      contacts: Array<{
        id: string;
        account_ref: string;
        account: string;
        name: string;
        role: string;
        mail: string;
        phone: string;
        /** Whether the account's invoices go to this person. */
        invoices: boolean;
      }>;
      /** The latest first. */
      notes: Array<{
        id: string;
        account_ref: string;
        account: string;
        date: string;
        text: string;
      }>;
      billed: Array<{
        currency: string;
        /** Invoices. */
        issued: string;
        /** Credit notes; nothing, or less than nothing. */
        credited: string;
        /** What is left of the invoices. */
        balance: string;
      }>;
    };
  };
  "accounts add": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      id: string;
      ref: string;
      name: string;
      kind: string;
      parent: string | null;
      bill_to: string | null;
      country: string;
      address: Array<string>;
      vat_id: string;
      tax: string;
      tax_percent: string;
      segment: string;
      currency: string;
      payment_days: number;
      language: string;
      basis: string | null;
      purchase_order: string;
      needs_purchase_order: boolean;
      ended: string | null;
      tenants: Array<string>;
      children: Array<string>;
      subscriptions: number;
      contacts: Array<{
        id: string;
        account_ref: string;
        account: string;
        name: string;
        role: string;
        mail: string;
        phone: string;
        /** Whether the account's invoices go to this person. */
        invoices: boolean;
      }>;
      /** The latest first. */
      notes: Array<{
        id: string;
        account_ref: string;
        account: string;
        date: string;
        text: string;
      }>;
      billed: Array<{
        currency: string;
        /** Invoices. */
        issued: string;
        /** Credit notes; nothing, or less than nothing. */
        credited: string;
        /** What is left of the invoices. */
        balance: string;
      }>;
    };
  };
  "accounts set": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      id: string;
      ref: string;
      name: string;
      kind: string;
      parent: string | null;
      bill_to: string | null;
      country: string;
      address: Array<string>;
      vat_id: string;
      tax: string;
      tax_percent: string;
      segment: string;
      currency: string;
      payment_days: number;
      language: string;
      basis: string | null;
      purchase_order: string;
      needs_purchase_order: boolean;
      ended: string | null;
      tenants: Array<string>;
      children: Array<string>;
      subscriptions: number;
      contacts: Array<{
        id: string;
        account_ref: string;
        account: string;
        name: string;
        role: string;
        mail: string;
        phone: string;
        /** Whether the account's invoices go to this person. */
        invoices: boolean;
      }>;
      /** The latest first. */
      notes: Array<{
        id: string;
        account_ref: string;
        account: string;
        date: string;
        text: string;
      }>;
      billed: Array<{
        currency: string;
        /** Invoices. */
        issued: string;
        /** Credit notes; nothing, or less than nothing. */
        credited: string;
        /** What is left of the invoices. */
        balance: string;
      }>;
    };
  };
  "accounts end": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** First day it no longer applies; today when none is given. */
      on?: string | null;
    };
    answer: {
      id: string;
      ref: string;
      name: string;
      kind: string;
      parent: string | null;
      bill_to: string | null;
      country: string;
      address: Array<string>;
      vat_id: string;
      tax: string;
      tax_percent: string;
      segment: string;
      currency: string;
      payment_days: number;
      language: string;
      basis: string | null;
      purchase_order: string;
      needs_purchase_order: boolean;
      ended: string | null;
      tenants: Array<string>;
      children: Array<string>;
      subscriptions: number;
      contacts: Array<{
        id: string;
        account_ref: string;
        account: string;
        name: string;
        role: string;
        mail: string;
        phone: string;
        /** Whether the account's invoices go to this person. */
        invoices: boolean;
      }>;
      /** The latest first. */
      notes: Array<{
        id: string;
        account_ref: string;
        account: string;
        date: string;
        text: string;
      }>;
      billed: Array<{
        currency: string;
        /** Invoices. */
        issued: string;
        /** Credit notes; nothing, or less than nothing. */
        credited: string;
        /** What is left of the invoices. */
        balance: string;
      }>;
    };
  };
  "catalogue list": {
    ask: {
      /** Only those whose id or name contains this, in any case. */
      find?: string | null;
      /** At most so many. */
      limit?: number | null;
    };
    answer: {
      total: number;
      products: Array<{
        id: string;
        ref: string;
        product: string;
        sku: string;
        name: string;
        kind: string;
        vendor: string;
      }>;
    };
  };
  "catalogue register": {
    ask: Record<string, never>;
    answer: {
      products: Array<{
        ref: string;
        name: string;
        kind: string;
        vendor: string;
        /** Subscriptions that run today, and their seats. */
        running: number;
        seats: string;
        /** The terms of the price shown: those most of its subscriptions run on. */
        term: string | null;
        plan: string | null;
        currency: string | null;
        cost: string | null;
        erp: string | null;
        /** What is left of the retail price, in percent of it. */
        margin_percent: string | null;
        /** In force since. */
        from: string | null;
        /** Terms, plans and currencies it is listed in today. */
        listed: number;
        /** A version listed for a day to come. */
        to_come: string | null;
      }>;
    };
  };
  "catalogue show": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      id: string;
      ref: string;
      product: string;
      sku: string;
      name: string;
      kind: string;
      vendor: string;
    };
  };
  "catalogue add": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      id: string;
      ref: string;
      product: string;
      sku: string;
      name: string;
      kind: string;
      vendor: string;
    };
  };
  "catalogue set": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      id: string;
      ref: string;
      product: string;
      sku: string;
      name: string;
      kind: string;
      vendor: string;
    };
  };
  "catalogue end": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** First day it no longer applies; today when none is given. */
      on?: string | null;
    };
    answer: {
      id: string;
      ref: string;
      product: string;
      sku: string;
      name: string;
      kind: string;
      vendor: string;
    };
  };
  "catalogue price": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      in_force: number;
      to_come: number;
      superseded: number;
      currencies: Array<string>;
      versions: Array<{
        product: string;
        name: string;
        /** `term`, `extended term` or `usage`. */
        kind: string;
        term: string;
        plan: string;
        currency: string;
        /** The vendor's market segment; empty for commercial. */
        segment: string;
        /** Smallest quantity it is for; nought for any. */
        from_quantity: string;
        cost: string;
        erp: string;
        from: string;
        until: string | null;
        /** `in force`, `to come` or `superseded`. */
        state: string;
        /** What the version before it had. */
        cost_before: string | null;
        cost_change: string | null;
        cost_change_percent: string | null;
        erp_before: string | null;
        erp_change: string | null;
        erp_change_percent: string | null;
        /** Document and row it came from. */
        source: string | null;
      }>;
    };
  };
  "prices list": {
    ask: {
      /** Only those whose id or name contains this, in any case. */
      find?: string | null;
      /** At most so many. */
      limit?: number | null;
    };
    answer: {
      rules: Array<{
        name: string;
        version: number;
        layer: string;
        product: string | null;
        term: string | null;
        plan: string | null;
        method: string;
        value: string;
        floor_at_cost: boolean;
        ceiling_at_erp: boolean;
        pass_promotions: boolean;
        pass_earned_credit: boolean;
        /** `vendor-term`, `customer-term` or `float:DAYS`. */
        hold: string;
        /** `bought` or `sold`. */
        list_plan: string;
        /** Yearly rise, in percent. */
        uplift: string | null;
        /** `anniversary`, or the day the years are counted from. */
        uplift_from: string | null;
        from: string;
        until: string | null;
        id: string;
      }>;
      volume: Array<{
        from_quantity: string;
        discount_percent: string;
      }>;
      listed: number;
      prices: Array<{
        product: string;
        name: string;
        /** `term`, `extended term` or `usage`. */
        kind: string;
        term: string;
        plan: string;
        currency: string;
        /** The vendor's market segment; empty for commercial. */
        segment: string;
        /** Smallest quantity it is for; nought for any. */
        from_quantity: string;
        cost: string;
        erp: string;
        from: string;
        until: string | null;
      }>;
    };
  };
  "prices show": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      versions: Array<{
        name: string;
        version: number;
        layer: string;
        product: string | null;
        term: string | null;
        plan: string | null;
        method: string;
        value: string;
        floor_at_cost: boolean;
        ceiling_at_erp: boolean;
        pass_promotions: boolean;
        pass_earned_credit: boolean;
        /** `vendor-term`, `customer-term` or `float:DAYS`. */
        hold: string;
        /** `bought` or `sold`. */
        list_plan: string;
        /** Yearly rise, in percent. */
        uplift: string | null;
        /** `anniversary`, or the day the years are counted from. */
        uplift_from: string | null;
        from: string;
        until: string | null;
        id: string;
      }>;
      /** What it would have changed of the last issued months, when it is only tried. */
      examples?: {
        /** The months looked at, oldest first; none when nothing was issued yet. */
        months: Array<string>;
        /** Lines on their invoices that were drafted again. */
        lines: number;
        /** Those that would have another amount. */
        differ: number;
        /** What they come to, by currency. */
        totals: Array<{
          currency: string;
          before: string;
          after: string;
          difference: string;
        }>;
        /** By account, most money first. */
        accounts: Array<{
          account_ref: string;
          account: string;
          lines: number;
          currency: string;
          before: string;
          after: string;
          difference: string;
        }>;
        /** The lines with the greatest difference. */
        biggest: Array<{
          /** The invoice it is on; none for a line that would have been new. */
          invoice: string | null;
          account_ref: string;
          account: string;
          name: string;
          /** The days charged, both ends served; none for what has no days. */
          days: {
            /** First day. */
            from: string;
            /** Last day. */
            to: string;
            /** Their number. */
            days: number;
          } | null;
          quantity: string;
          currency: string;
          before: string;
          after: string;
          difference: string;
        }>;
      } | null;
    };
  };
  "prices add": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      versions: Array<{
        name: string;
        version: number;
        layer: string;
        product: string | null;
        term: string | null;
        plan: string | null;
        method: string;
        value: string;
        floor_at_cost: boolean;
        ceiling_at_erp: boolean;
        pass_promotions: boolean;
        pass_earned_credit: boolean;
        /** `vendor-term`, `customer-term` or `float:DAYS`. */
        hold: string;
        /** `bought` or `sold`. */
        list_plan: string;
        /** Yearly rise, in percent. */
        uplift: string | null;
        /** `anniversary`, or the day the years are counted from. */
        uplift_from: string | null;
        from: string;
        until: string | null;
        id: string;
      }>;
      /** What it would have changed of the last issued months, when it is only tried. */
      examples?: {
        /** The months looked at, oldest first; none when nothing was issued yet. */
        months: Array<string>;
        /** Lines on their invoices that were drafted again. */
        lines: number;
        /** Those that would have another amount. */
        differ: number;
        /** What they come to, by currency. */
        totals: Array<{
          currency: string;
          before: string;
          after: string;
          difference: string;
        }>;
        /** By account, most money first. */
        accounts: Array<{
          account_ref: string;
          account: string;
          lines: number;
          currency: string;
          before: string;
          after: string;
          difference: string;
        }>;
        /** The lines with the greatest difference. */
        biggest: Array<{
          /** The invoice it is on; none for a line that would have been new. */
          invoice: string | null;
          account_ref: string;
          account: string;
          name: string;
          /** The days charged, both ends served; none for what has no days. */
          days: {
            /** First day. */
            from: string;
            /** Last day. */
            to: string;
            /** Their number. */
            days: number;
          } | null;
          quantity: string;
          currency: string;
          before: string;
          after: string;
          difference: string;
        }>;
      } | null;
    };
  };
  "prices set": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      versions: Array<{
        name: string;
        version: number;
        layer: string;
        product: string | null;
        term: string | null;
        plan: string | null;
        method: string;
        value: string;
        floor_at_cost: boolean;
        ceiling_at_erp: boolean;
        pass_promotions: boolean;
        pass_earned_credit: boolean;
        /** `vendor-term`, `customer-term` or `float:DAYS`. */
        hold: string;
        /** `bought` or `sold`. */
        list_plan: string;
        /** Yearly rise, in percent. */
        uplift: string | null;
        /** `anniversary`, or the day the years are counted from. */
        uplift_from: string | null;
        from: string;
        until: string | null;
        id: string;
      }>;
      /** What it would have changed of the last issued months, when it is only tried. */
      examples?: {
        /** The months looked at, oldest first; none when nothing was issued yet. */
        months: Array<string>;
        /** Lines on their invoices that were drafted again. */
        lines: number;
        /** Those that would have another amount. */
        differ: number;
        /** What they come to, by currency. */
        totals: Array<{
          currency: string;
          before: string;
          after: string;
          difference: string;
        }>;
        /** By account, most money first. */
        accounts: Array<{
          account_ref: string;
          account: string;
          lines: number;
          currency: string;
          before: string;
          after: string;
          difference: string;
        }>;
        /** The lines with the greatest difference. */
        biggest: Array<{
          /** The invoice it is on; none for a line that would have been new. */
          invoice: string | null;
          account_ref: string;
          account: string;
          name: string;
          /** The days charged, both ends served; none for what has no days. */
          days: {
            /** First day. */
            from: string;
            /** Last day. */
            to: string;
            /** Their number. */
            days: number;
          } | null;
          quantity: string;
          currency: string;
          before: string;
          after: string;
          difference: string;
        }>;
      } | null;
    };
  };
  "prices end": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** First day it no longer applies; today when none is given. */
      on?: string | null;
    };
    answer: {
      versions: Array<{
        name: string;
        version: number;
        layer: string;
        product: string | null;
        term: string | null;
        plan: string | null;
        method: string;
        value: string;
        floor_at_cost: boolean;
        ceiling_at_erp: boolean;
        pass_promotions: boolean;
        pass_earned_credit: boolean;
        /** `vendor-term`, `customer-term` or `float:DAYS`. */
        hold: string;
        /** `bought` or `sold`. */
        list_plan: string;
        /** Yearly rise, in percent. */
        uplift: string | null;
        /** `anniversary`, or the day the years are counted from. */
        uplift_from: string | null;
        from: string;
        until: string | null;
        id: string;
      }>;
      /** What it would have changed of the last issued months, when it is only tried. */
      examples?: {
        /** The months looked at, oldest first; none when nothing was issued yet. */
        months: Array<string>;
        /** Lines on their invoices that were drafted again. */
        lines: number;
        /** Those that would have another amount. */
        differ: number;
        /** What they come to, by currency. */
        totals: Array<{
          currency: string;
          before: string;
          after: string;
          difference: string;
        }>;
        /** By account, most money first. */
        accounts: Array<{
          account_ref: string;
          account: string;
          lines: number;
          currency: string;
          before: string;
          after: string;
          difference: string;
        }>;
        /** The lines with the greatest difference. */
        biggest: Array<{
          /** The invoice it is on; none for a line that would have been new. */
          invoice: string | null;
          account_ref: string;
          account: string;
          name: string;
          /** The days charged, both ends served; none for what has no days. */
          days: {
            /** First day. */
            from: string;
            /** Last day. */
            to: string;
            /** Their number. */
            days: number;
          } | null;
          quantity: string;
          currency: string;
          before: string;
          after: string;
          difference: string;
        }>;
      } | null;
    };
  };
  "prices try": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      /** The months looked at, oldest first; none when nothing was issued yet. */
      months: Array<string>;
      /** Lines on their invoices that were drafted again. */
      lines: number;
      /** Those that would have another amount. */
      differ: number;
      /** What they come to, by currency. */
      totals: Array<{
        currency: string;
        before: string;
        after: string;
        difference: string;
      }>;
      /** By account, most money first. */
      accounts: Array<{
        account_ref: string;
        account: string;
        lines: number;
        currency: string;
        before: string;
        after: string;
        difference: string;
      }>;
      /** The lines with the greatest difference. */
      biggest: Array<{
        /** The invoice it is on; none for a line that would have been new. */
        invoice: string | null;
        account_ref: string;
        account: string;
        name: string;
        /** The days charged, both ends served; none for what has no days. */
        days: {
          /** First day. */
          from: string;
          /** Last day. */
          to: string;
          /** Their number. */
          days: number;
        } | null;
        quantity: string;
        currency: string;
        before: string;
        after: string;
        difference: string;
      }>;
    };
  };
  "prices why": {
    ask: {
      id: string;
      on?: string | null;
    };
    answer: {
      subscription_ref: string | null;
      account: string;
      product: string;
      on: string;
      quantity: string;
      unit_price: string;
      currency: string;
      cost: string | null;
      erp: string | null;
      /** The day whose price list holds; none for a price somebody named, and for bundles. */
      list_of: string | null;
      /** What picked that day, as the rule says it: `vendor-term`, `customer-term` or `float:DAYS`. */
      list_because: string | null;
      /** A rule as shells see it. */
      chosen: {
        name: string;
        version: number;
        layer: string;
        product: string | null;
        term: string | null;
        plan: string | null;
        method: string;
        value: string;
        floor_at_cost: boolean;
        ceiling_at_erp: boolean;
        pass_promotions: boolean;
        pass_earned_credit: boolean;
        /** `vendor-term`, `customer-term` or `float:DAYS`. */
        hold: string;
        /** `bought` or `sold`. */
        list_plan: string;
        /** Yearly rise, in percent. */
        uplift: string | null;
        /** `anniversary`, or the day the years are counted from. */
        uplift_from: string | null;
        from: string;
        until: string | null;
        id: string;
      } | null;
      beaten: Array<{
        name: string;
        layer: string;
        because: string;
      }>;
      why: Array<{
        /** The rule applied. */
        rule: string;
        /** Named inputs, in the order a reader expects. */
        inputs: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
        /** What came out. */
        result: string;
        /** Where the inputs came from. */
        from: Array<string>;
      }>;
    };
  };
  "prices ask": {
    ask: {
      /** The account, by id or name. */
      account: string;
      /** `PRODUCT:SKU`. */
      product: string;
      /** A year without one. */
      term?: string | null;
      /** Monthly without one. */
      plan?: string | null;
      /** Units; one without a number. */
      quantity?: string | null;
      on?: string | null;
    };
    answer: {
      subscription_ref: string | null;
      account: string;
      product: string;
      on: string;
      quantity: string;
      unit_price: string;
      currency: string;
      cost: string | null;
      erp: string | null;
      /** The day whose price list holds; none for a price somebody named, and for bundles. */
      list_of: string | null;
      /** What picked that day, as the rule says it: `vendor-term`, `customer-term` or `float:DAYS`. */
      list_because: string | null;
      /** A rule as shells see it. */
      chosen: {
        name: string;
        version: number;
        layer: string;
        product: string | null;
        term: string | null;
        plan: string | null;
        method: string;
        value: string;
        floor_at_cost: boolean;
        ceiling_at_erp: boolean;
        pass_promotions: boolean;
        pass_earned_credit: boolean;
        /** `vendor-term`, `customer-term` or `float:DAYS`. */
        hold: string;
        /** `bought` or `sold`. */
        list_plan: string;
        /** Yearly rise, in percent. */
        uplift: string | null;
        /** `anniversary`, or the day the years are counted from. */
        uplift_from: string | null;
        from: string;
        until: string | null;
        id: string;
      } | null;
      beaten: Array<{
        name: string;
        layer: string;
        because: string;
      }>;
      why: Array<{
        /** The rule applied. */
        rule: string;
        /** Named inputs, in the order a reader expects. */
        inputs: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
        /** What came out. */
        result: string;
        /** Where the inputs came from. */
        from: Array<string>;
      }>;
    };
  };
  "prices lists": {
    ask: Record<string, never>;
    answer: {
      lists: Array<{
        /** Number of its document. */
        list: number;
        /** `in force`, `preview`, `superseded` or `dropped`. */
        state: string;
        vendor: string;
        kind: string;
        currencies: Array<string>;
        /** The first day a price of it is in force. */
        from: string;
        rows: number;
        /** Rows that are among the list prices; the others are in the document only. */
        kept: number;
        /** The later list of the same kind, vendor and currencies. */
        superseded_by: number | null;
        /** Business day on which it came into its state. */
        since: string;
        file: string;
      }>;
    };
  };
  "prices diff": {
    ask: {
      /** Two lists, or one and what is in force today. */
      lists?: Array<string>;
      /** What is in force on this day. */
      on?: string | null;
      /** With what is in force on this day; today without one. */
      and?: string | null;
      /** Also products that are not in the catalogue. */
      all?: boolean;
      /** A file to write the rows to, as CSV. */
      csv?: string | null;
    };
    answer: {
      /** One side of the comparison. */
      before: {
        /** Number of the list, where it is one. */
        list: number | null;
        /** The file it came in. */
        file: string | null;
        /** The day whose prices these are, or on which the list's prices begin. */
        day: string;
      };
      /** One side of the comparison. */
      after: {
        /** Number of the list, where it is one. */
        list: number | null;
        /** The file it came in. */
        file: string | null;
        /** The day whose prices these are, or on which the list's prices begin. */
        day: string;
      };
      totals: Array<{
        currency: string;
        per_month: string;
        per_year: string;
      }>;
      changed: number;
      new: number;
      gone: number;
      ends: number;
      same: number;
      /** Prices that differ, of products outside the catalogue. */
      elsewhere: number;
      rows: Array<{
        product: string;
        /** As the catalogue names it; outside of it the product's id. */
        name: string;
        kind: string;
        term: string;
        plan: string;
        currency: string;
        segment: string;
        from_quantity: string;
        /** `changed`, `new`, `gone` or `ends`. */
        what: string;
        /** The first day of the later price; the day after the last for what ends. */
        from: string | null;
        cost_before: string | null;
        cost_after: string | null;
        cost_percent: string | null;
        erp_before: string | null;
        erp_after: string | null;
        erp_percent: string | null;
        /** Subscriptions that run on it today, and their seats. */
        running: number;
        seats: string;
        /** What those seats cost more; nothing where one side has no price, or it is paid once. */
        per_month: string | null;
        per_year: string | null;
      }>;
    };
  };
  "prices adopt": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      lists: Array<{
        /** Number of its document. */
        list: number;
        /** `in force`, `preview`, `superseded` or `dropped`. */
        state: string;
        vendor: string;
        kind: string;
        currencies: Array<string>;
        /** The first day a price of it is in force. */
        from: string;
        rows: number;
        /** Rows that are among the list prices; the others are in the document only. */
        kept: number;
        /** The later list of the same kind, vendor and currencies. */
        superseded_by: number | null;
        /** Business day on which it came into its state. */
        since: string;
        file: string;
      }>;
    };
  };
  "prices drop": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      lists: Array<{
        /** Number of its document. */
        list: number;
        /** `in force`, `preview`, `superseded` or `dropped`. */
        state: string;
        vendor: string;
        kind: string;
        currencies: Array<string>;
        /** The first day a price of it is in force. */
        from: string;
        rows: number;
        /** Rows that are among the list prices; the others are in the document only. */
        kept: number;
        /** The later list of the same kind, vendor and currencies. */
        superseded_by: number | null;
        /** Business day on which it came into its state. */
        since: string;
        file: string;
      }>;
    };
  };
  "prices take": {
    ask: Record<string, never>;
    answer: {
      /** Lists that were read again. */
      lists: number;
      /** Prices that came among the book's. */
      prices: number;
    };
  };
  "prices history": {
    ask: {
      /** Only this product, as `PRODUCT:SKU`. */
      product?: string | null;
    };
    answer: {
      in_force: number;
      to_come: number;
      superseded: number;
      currencies: Array<string>;
      versions: Array<{
        product: string;
        name: string;
        /** `term`, `extended term` or `usage`. */
        kind: string;
        term: string;
        plan: string;
        currency: string;
        /** The vendor's market segment; empty for commercial. */
        segment: string;
        /** Smallest quantity it is for; nought for any. */
        from_quantity: string;
        cost: string;
        erp: string;
        from: string;
        until: string | null;
        /** `in force`, `to come` or `superseded`. */
        state: string;
        /** What the version before it had. */
        cost_before: string | null;
        cost_change: string | null;
        cost_change_percent: string | null;
        erp_before: string | null;
        erp_change: string | null;
        erp_change_percent: string | null;
        /** Document and row it came from. */
        source: string | null;
      }>;
    };
  };
  "prices order": {
    ask: {
      /** Only the rules that reach this account. */
      account?: string | null;
    };
    answer: {
      in_force: number;
      rules: Array<{
        name: string;
        version: number;
        layer: string;
        product: string | null;
        term: string | null;
        plan: string | null;
        method: string;
        value: string;
        floor_at_cost: boolean;
        ceiling_at_erp: boolean;
        pass_promotions: boolean;
        pass_earned_credit: boolean;
        /** `vendor-term`, `customer-term` or `float:DAYS`. */
        hold: string;
        /** `bought` or `sold`. */
        list_plan: string;
        /** Yearly rise, in percent. */
        uplift: string | null;
        /** `anniversary`, or the day the years are counted from. */
        uplift_from: string | null;
        from: string;
        until: string | null;
        id: string;
        /** From 1, the one that wins over all below it. */
        rank: number;
        /** `subscription`, `account`, `reseller`, `segment` or `book`. */
        level: string;
        /** Whose, in words: a name. */
        whose: string;
        product_name: string;
        /** `in force`, `to come`, `superseded` by a later version, or `ended`. */
        state: string;
      }>;
    };
  };
  "promotions list": {
    ask: {
      /** Only those whose id or name contains this, in any case. */
      find?: string | null;
      /** At most so many. */
      limit?: number | null;
    };
    answer: {
      promotions: Array<{
        code: string;
        product: string;
        name: string;
        percent: string;
        term: string | null;
        plan: string | null;
        from: string;
        until: string | null;
      }>;
    };
  };
  "promotions show": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      promotions: Array<{
        code: string;
        product: string;
        name: string;
        percent: string;
        term: string | null;
        plan: string | null;
        from: string;
        until: string | null;
      }>;
    };
  };
  "promotions add": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      promotions: Array<{
        code: string;
        product: string;
        name: string;
        percent: string;
        term: string | null;
        plan: string | null;
        from: string;
        until: string | null;
      }>;
    };
  };
  "promotions set": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      promotions: Array<{
        code: string;
        product: string;
        name: string;
        percent: string;
        term: string | null;
        plan: string | null;
        from: string;
        until: string | null;
      }>;
    };
  };
  "promotions end": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** First day it no longer applies; today when none is given. */
      on?: string | null;
    };
    answer: {
      promotions: Array<{
        code: string;
        product: string;
        name: string;
        percent: string;
        term: string | null;
        plan: string | null;
        from: string;
        until: string | null;
      }>;
    };
  };
  "promotions take": {
    ask: {
      /** `2026-10`. */
      period: string;
    };
    answer: {
      /** Promotions that are new, or known for more days now. */
      taken: number;
      promotions: Array<{
        code: string;
        product: string;
        name: string;
        percent: string;
        term: string | null;
        plan: string | null;
        from: string;
        until: string | null;
      }>;
      /** Those whose lines contradict each other or the book; set them by hand. */
      left: Array<{
        code: string;
        product: string;
      }>;
    };
  };
  "bundles list": {
    ask: {
      /** Only those whose id or name contains this, in any case. */
      find?: string | null;
      /** At most so many. */
      limit?: number | null;
    };
    answer: {
      total: number;
      bundles: Array<{
        ref: string;
        name: string;
        /** An amount with its currency. */
        price: {
          /** Plain decimal text in major units. */
          amount: string;
          /** ISO 4217 code. */
          currency: string;
        } | null;
        show_parts: boolean;
        parts: Array<{
          product: string;
          kind: string;
          ratio: string;
          discount_percent: string;
          /** One unit's own price. */
          price: string | null;
          /** What one unit costs us, where no price list says it. */
          cost: string | null;
          shown: boolean;
        }>;
        /** By first day. */
        editions: Array<{
          /** First day in force; none for the first edition of all. */
          from: string | null;
          /** Last day in force; none while no later edition is known. */
          to: string | null;
          /** Whether it is in force today. */
          in_force: boolean;
          /** How many running agreements are charged by it today. */
          agreements: number;
          /** An amount with its currency. */
          price: {
            /** Plain decimal text in major units. */
            amount: string;
            /** ISO 4217 code. */
            currency: string;
          } | null;
          currency: string | null;
          show_parts: boolean;
          parts: Array<{
            product: string;
            kind: string;
            ratio: string;
            discount_percent: string;
            /** One unit's own price. */
            price: string | null;
            /** What one unit costs us, where no price list says it. */
            cost: string | null;
            shown: boolean;
          }>;
        }>;
      }>;
    };
  };
  "bundles margin": {
    ask: {
      /** Only this bundle: every edition of it, in every currency all its parts are listed in. */
      id?: string | null;
      /** What would be different about it: the fields of `bundles set`. Nothing is stored. */
      fields?: Record<string, string>;
      /** Sold to this account, by its price rules and in its currency. */
      account?: string | null;
      /** Sold to accounts of this price segment. */
      segment?: string | null;
      /** By the prices of this day; today without one. */
      on?: string | null;
      /** `P1M`, `P1Y` or `P3Y`; a year without one. */
      term?: string | null;
      /** `monthly`, `annual`, `triennial`; monthly without one. */
      plan?: string | null;
    };
    answer: {
      segments: Array<string>;
      /** The least margin in percent, where the settings name one. */
      floor: string | null;
      bundles: Array<{
        ref: string;
        name: string;
        /** First day of the edition; none for the first of all. */
        from: string | null;
        /** Whether it is in force on the day asked about. */
        in_force: boolean;
        /** Its one price, where it has one. */
        own_price: string | null;
        /** Currency of the amounts it names. */
        own_currency: string | null;
        show_parts: boolean;
        term: string;
        plan: string;
        currency: string;
        cost: string | null;
        price: string | null;
        margin: string | null;
        margin_percent: string | null;
        /** What is charged once, where anything is. */
        once: {
          cost: string | null;
          price: string | null;
          margin: string | null;
          margin_percent: string | null;
        } | null;
        /** Names of the parts below the floor. */
        below_floor: Array<string>;
        /** Why there is no price. */
        problem: string | null;
        parts: Array<{
          product: string;
          name: string;
          kind: string;
          ratio: string;
          discount_percent: string;
          /** One unit's own price, where the bundle names one. */
          own_price: string | null;
          /** What one unit costs us, where no price list says it. */
          own_cost: string | null;
          shown: boolean;
          cost: string | null;
          price: string | null;
          margin: string | null;
          margin_percent: string | null;
          /** Its margin is below the floor of the book's settings, or below nothing where there is none. */
          below_floor: boolean;
        }>;
      }>;
    };
  };
  "bundles show": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      ref: string;
      name: string;
      /** An amount with its currency. */
      price: {
        /** Plain decimal text in major units. */
        amount: string;
        /** ISO 4217 code. */
        currency: string;
      } | null;
      show_parts: boolean;
      parts: Array<{
        product: string;
        kind: string;
        ratio: string;
        discount_percent: string;
        /** One unit's own price. */
        price: string | null;
        /** What one unit costs us, where no price list says it. */
        cost: string | null;
        shown: boolean;
      }>;
      /** By first day. */
      editions: Array<{
        /** First day in force; none for the first edition of all. */
        from: string | null;
        /** Last day in force; none while no later edition is known. */
        to: string | null;
        /** Whether it is in force today. */
        in_force: boolean;
        /** How many running agreements are charged by it today. */
        agreements: number;
        /** An amount with its currency. */
        price: {
          /** Plain decimal text in major units. */
          amount: string;
          /** ISO 4217 code. */
          currency: string;
        } | null;
        currency: string | null;
        show_parts: boolean;
        parts: Array<{
          product: string;
          kind: string;
          ratio: string;
          discount_percent: string;
          /** One unit's own price. */
          price: string | null;
          /** What one unit costs us, where no price list says it. */
          cost: string | null;
          shown: boolean;
        }>;
      }>;
    };
  };
  "bundles add": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      ref: string;
      name: string;
      /** An amount with its currency. */
      price: {
        /** Plain decimal text in major units. */
        amount: string;
        /** ISO 4217 code. */
        currency: string;
      } | null;
      show_parts: boolean;
      parts: Array<{
        product: string;
        kind: string;
        ratio: string;
        discount_percent: string;
        /** One unit's own price. */
        price: string | null;
        /** What one unit costs us, where no price list says it. */
        cost: string | null;
        shown: boolean;
      }>;
      /** By first day. */
      editions: Array<{
        /** First day in force; none for the first edition of all. */
        from: string | null;
        /** Last day in force; none while no later edition is known. */
        to: string | null;
        /** Whether it is in force today. */
        in_force: boolean;
        /** How many running agreements are charged by it today. */
        agreements: number;
        /** An amount with its currency. */
        price: {
          /** Plain decimal text in major units. */
          amount: string;
          /** ISO 4217 code. */
          currency: string;
        } | null;
        currency: string | null;
        show_parts: boolean;
        parts: Array<{
          product: string;
          kind: string;
          ratio: string;
          discount_percent: string;
          /** One unit's own price. */
          price: string | null;
          /** What one unit costs us, where no price list says it. */
          cost: string | null;
          shown: boolean;
        }>;
      }>;
    };
  };
  "bundles set": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      ref: string;
      name: string;
      /** An amount with its currency. */
      price: {
        /** Plain decimal text in major units. */
        amount: string;
        /** ISO 4217 code. */
        currency: string;
      } | null;
      show_parts: boolean;
      parts: Array<{
        product: string;
        kind: string;
        ratio: string;
        discount_percent: string;
        /** One unit's own price. */
        price: string | null;
        /** What one unit costs us, where no price list says it. */
        cost: string | null;
        shown: boolean;
      }>;
      /** By first day. */
      editions: Array<{
        /** First day in force; none for the first edition of all. */
        from: string | null;
        /** Last day in force; none while no later edition is known. */
        to: string | null;
        /** Whether it is in force today. */
        in_force: boolean;
        /** How many running agreements are charged by it today. */
        agreements: number;
        /** An amount with its currency. */
        price: {
          /** Plain decimal text in major units. */
          amount: string;
          /** ISO 4217 code. */
          currency: string;
        } | null;
        currency: string | null;
        show_parts: boolean;
        parts: Array<{
          product: string;
          kind: string;
          ratio: string;
          discount_percent: string;
          /** One unit's own price. */
          price: string | null;
          /** What one unit costs us, where no price list says it. */
          cost: string | null;
          shown: boolean;
        }>;
      }>;
    };
  };
  "bundles end": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** First day it no longer applies; today when none is given. */
      on?: string | null;
    };
    answer: {
      ref: string;
      name: string;
      /** An amount with its currency. */
      price: {
        /** Plain decimal text in major units. */
        amount: string;
        /** ISO 4217 code. */
        currency: string;
      } | null;
      show_parts: boolean;
      parts: Array<{
        product: string;
        kind: string;
        ratio: string;
        discount_percent: string;
        /** One unit's own price. */
        price: string | null;
        /** What one unit costs us, where no price list says it. */
        cost: string | null;
        shown: boolean;
      }>;
      /** By first day. */
      editions: Array<{
        /** First day in force; none for the first edition of all. */
        from: string | null;
        /** Last day in force; none while no later edition is known. */
        to: string | null;
        /** Whether it is in force today. */
        in_force: boolean;
        /** How many running agreements are charged by it today. */
        agreements: number;
        /** An amount with its currency. */
        price: {
          /** Plain decimal text in major units. */
          amount: string;
          /** ISO 4217 code. */
          currency: string;
        } | null;
        currency: string | null;
        show_parts: boolean;
        parts: Array<{
          product: string;
          kind: string;
          ratio: string;
          discount_percent: string;
          /** One unit's own price. */
          price: string | null;
          /** What one unit costs us, where no price list says it. */
          cost: string | null;
          shown: boolean;
        }>;
      }>;
    };
  };
  "bundles swap": {
    ask: {
      id: string;
      /** The part, `PRODUCT:SKU`. */
      old: string;
      /** What takes its place, written as in `parts`; what is left out is as it was. */
      new: string;
      /** First day of the edition. */
      from: string;
    };
    answer: {
      /** One bundle as shells see it: as it stands today, and every edition. */
      bundle: {
        ref: string;
        name: string;
        /** An amount with its currency. */
        price: {
          /** Plain decimal text in major units. */
          amount: string;
          /** ISO 4217 code. */
          currency: string;
        } | null;
        show_parts: boolean;
        parts: Array<{
          product: string;
          kind: string;
          ratio: string;
          discount_percent: string;
          /** One unit's own price. */
          price: string | null;
          /** What one unit costs us, where no price list says it. */
          cost: string | null;
          shown: boolean;
        }>;
        /** By first day. */
        editions: Array<{
          /** First day in force; none for the first edition of all. */
          from: string | null;
          /** Last day in force; none while no later edition is known. */
          to: string | null;
          /** Whether it is in force today. */
          in_force: boolean;
          /** How many running agreements are charged by it today. */
          agreements: number;
          /** An amount with its currency. */
          price: {
            /** Plain decimal text in major units. */
            amount: string;
            /** ISO 4217 code. */
            currency: string;
          } | null;
          currency: string | null;
          show_parts: boolean;
          parts: Array<{
            product: string;
            kind: string;
            ratio: string;
            discount_percent: string;
            /** One unit's own price. */
            price: string | null;
            /** What one unit costs us, where no price list says it. */
            cost: string | null;
            shown: boolean;
          }>;
        }>;
      };
      from: string;
      /** Running agreements to the bundle or sold in it, by account and their own id. */
      agreements: Array<{
        subscription_ref: string;
        account: string;
        /** First day charged by the new edition; none when it keeps the one it has. */
        from: string | null;
        /** `renewal`, `follow` or `keep`. */
        policy: string;
        quantity: string;
        currency: string;
        /** Of all its units, for one month. */
        price_before: string | null;
        price_after: string | null;
        margin_before: string | null;
        margin_after: string | null;
        margin_change: string | null;
        account_ref: string;
        /** Why it has no price. */
        problem: string | null;
      }>;
      /** What it does to those it reaches by their policy, per month, one for each currency. */
      per_month: Array<{
        currency: string;
        agreements: number;
        price_change: string;
        margin_change: string;
      }>;
    };
  };
  "bundles preview": {
    ask: {
      id: string;
      /** What would be different about it: the fields of `bundles set`. Nothing is stored. */
      fields?: Record<string, string>;
      /** The customer, by id or name; without one, somebody at home. */
      account?: string | null;
      /** How many bundles; one and ten without it. */
      quantity?: string | null;
      /** First day; today without one. */
      start?: string | null;
      /** `yes` for one line, `no` for a line for each part; as the bundle says without it. */
      folded?: string | null;
      /** `P1M`, `P1Y` or `P3Y`; a year without one. */
      term?: string | null;
      /** `monthly`, `annual`, `triennial`; monthly without one. */
      plan?: string | null;
    };
    answer: {
      bundle: string;
      account: string;
      /** Of the lines. */
      language: string;
      currency: string;
      /** The headings of the lines in that language: description, quantity, price, amount. */
      headings: Array<string>;
      folded: boolean;
      /** Two for each quantity: the month it starts in, to the month's end and with what is charged once; and the whole cycle after it. */
      bills: Array<{
        /** How many bundles. */
        quantity: string;
        month: string;
        net: string;
        tax: string;
        gross: string;
        lines: Array<{
          name: string;
          /** The sentence under it; empty where there is none. */
          note: string;
          quantity: string;
          unit_price: string;
          net: string;
          kind: string;
        }>;
        /** Why something is missing on it. */
        problems: Array<string>;
      }>;
    };
  };
  "subscriptions list": {
    ask: {
      /** Only those whose id or name contains this, in any case. */
      find?: string | null;
      /** At most so many. */
      limit?: number | null;
    };
    answer: {
      total: number;
      subscriptions: Array<{
        id: string;
        ref: string;
        account: string;
        account_ref: string;
        product: string;
        name: string;
        quantity: string;
        term: string;
        plan: string;
        status: string;
        term_end: string | null;
      }>;
    };
  };
  "subscriptions register": {
    ask: Record<string, never>;
    answer: {
      statuses: Array<{
        status: string;
        count: number;
      }>;
      /** Currencies customers pay in. */
      currencies: Array<string>;
      subscriptions: Array<{
        ref: string;
        account: string;
        account_ref: string;
        product: string;
        name: string;
        term: string;
        plan: string;
        quantity: string;
        status: string;
        /** Last day of the running term. */
        term_end: string | null;
        /** What one unit costs the customer for one charge cycle. */
        price: string | null;
        /** What all units cost for one charge cycle. */
        amount: string | null;
        currency: string;
      }>;
    };
  };
  "subscriptions show": {
    ask: {
      id: string;
      on?: string | null;
    };
    answer: {
      id: string;
      subscription_ref: string;
      /** `register`, or `vendor lines` for a subscription the register does not have. */
      known_from: string;
      account: string;
      account_ref: string;
      product: string;
      name: string;
      on: string;
      quantity: string;
      status: string;
      price: string | null;
      term: string;
      plan: string;
      /** The plan it is sold on, when that is another one. */
      sold_plan: string | null;
      /** The customer's own term, when that is not the vendor's. */
      customer_term: string | null;
      /** The first day of its first. */
      customer_from: string | null;
      customer_term_start: string | null;
      customer_term_end: string | null;
      start: string;
      term_start: string | null;
      term_end: string | null;
      pricing_currency: string;
      bundle: string | null;
      /** Which edition of its bundle it is charged by: `renewal`, `follow` or `keep`. */
      bundle_policy: string;
      /** First day of that edition on the day shown; none for the first of all, or where there is no bundle. */
      bundle_edition: string | null;
      basis: string | null;
      cadence: string;
      timing: string;
      /** A span of days, both ends served. */
      cycle: {
        /** First day. */
        from: string;
        /** Last day. */
        to: string;
        /** Their number. */
        days: number;
      } | null;
      events: Array<{
        date: string;
        event: string;
        detail: string;
        seats_after: string;
      }>;
      /** What would be billed of it in the month to come, when a change is only tried. */
      bills?: {
        /** The month: that of the change, or the first after it that is not issued yet. */
        month: string;
        lines: Array<{
          kind: string;
          name: string;
          from: string | null;
          to: string | null;
          /** Days charged, `19 of 31` where the cycle is longer. */
          days: string | null;
          quantity: string;
          unit_price: string;
          net: string;
          currency: string;
        }>;
        /** Their sum by currency, net. */
        net: Array<{
          /** Plain decimal text in major units. */
          amount: string;
          /** ISO 4217 code. */
          currency: string;
        }>;
        /** Codes of the guards it would raise, such as a price that is missing or below cost. */
        guards: Array<string>;
      } | null;
      notes?: Array<{
        /** Stable code: `N-…`. */
        code: string;
        /** The sentence. */
        text: string;
        /** What its gaps are filled with. */
        values: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
      }>;
    };
  };
  "subscriptions add": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      id: string;
      subscription_ref: string;
      /** `register`, or `vendor lines` for a subscription the register does not have. */
      known_from: string;
      account: string;
      account_ref: string;
      product: string;
      name: string;
      on: string;
      quantity: string;
      status: string;
      price: string | null;
      term: string;
      plan: string;
      /** The plan it is sold on, when that is another one. */
      sold_plan: string | null;
      /** The customer's own term, when that is not the vendor's. */
      customer_term: string | null;
      /** The first day of its first. */
      customer_from: string | null;
      customer_term_start: string | null;
      customer_term_end: string | null;
      start: string;
      term_start: string | null;
      term_end: string | null;
      pricing_currency: string;
      bundle: string | null;
      /** Which edition of its bundle it is charged by: `renewal`, `follow` or `keep`. */
      bundle_policy: string;
      /** First day of that edition on the day shown; none for the first of all, or where there is no bundle. */
      bundle_edition: string | null;
      basis: string | null;
      cadence: string;
      timing: string;
      /** A span of days, both ends served. */
      cycle: {
        /** First day. */
        from: string;
        /** Last day. */
        to: string;
        /** Their number. */
        days: number;
      } | null;
      events: Array<{
        date: string;
        event: string;
        detail: string;
        seats_after: string;
      }>;
      /** What would be billed of it in the month to come, when a change is only tried. */
      bills?: {
        /** The month: that of the change, or the first after it that is not issued yet. */
        month: string;
        lines: Array<{
          kind: string;
          name: string;
          from: string | null;
          to: string | null;
          /** Days charged, `19 of 31` where the cycle is longer. */
          days: string | null;
          quantity: string;
          unit_price: string;
          net: string;
          currency: string;
        }>;
        /** Their sum by currency, net. */
        net: Array<{
          /** Plain decimal text in major units. */
          amount: string;
          /** ISO 4217 code. */
          currency: string;
        }>;
        /** Codes of the guards it would raise, such as a price that is missing or below cost. */
        guards: Array<string>;
      } | null;
      notes?: Array<{
        /** Stable code: `N-…`. */
        code: string;
        /** The sentence. */
        text: string;
        /** What its gaps are filled with. */
        values: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
      }>;
    };
  };
  "subscriptions set": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      id: string;
      subscription_ref: string;
      /** `register`, or `vendor lines` for a subscription the register does not have. */
      known_from: string;
      account: string;
      account_ref: string;
      product: string;
      name: string;
      on: string;
      quantity: string;
      status: string;
      price: string | null;
      term: string;
      plan: string;
      /** The plan it is sold on, when that is another one. */
      sold_plan: string | null;
      /** The customer's own term, when that is not the vendor's. */
      customer_term: string | null;
      /** The first day of its first. */
      customer_from: string | null;
      customer_term_start: string | null;
      customer_term_end: string | null;
      start: string;
      term_start: string | null;
      term_end: string | null;
      pricing_currency: string;
      bundle: string | null;
      /** Which edition of its bundle it is charged by: `renewal`, `follow` or `keep`. */
      bundle_policy: string;
      /** First day of that edition on the day shown; none for the first of all, or where there is no bundle. */
      bundle_edition: string | null;
      basis: string | null;
      cadence: string;
      timing: string;
      /** A span of days, both ends served. */
      cycle: {
        /** First day. */
        from: string;
        /** Last day. */
        to: string;
        /** Their number. */
        days: number;
      } | null;
      events: Array<{
        date: string;
        event: string;
        detail: string;
        seats_after: string;
      }>;
      /** What would be billed of it in the month to come, when a change is only tried. */
      bills?: {
        /** The month: that of the change, or the first after it that is not issued yet. */
        month: string;
        lines: Array<{
          kind: string;
          name: string;
          from: string | null;
          to: string | null;
          /** Days charged, `19 of 31` where the cycle is longer. */
          days: string | null;
          quantity: string;
          unit_price: string;
          net: string;
          currency: string;
        }>;
        /** Their sum by currency, net. */
        net: Array<{
          /** Plain decimal text in major units. */
          amount: string;
          /** ISO 4217 code. */
          currency: string;
        }>;
        /** Codes of the guards it would raise, such as a price that is missing or below cost. */
        guards: Array<string>;
      } | null;
      notes?: Array<{
        /** Stable code: `N-…`. */
        code: string;
        /** The sentence. */
        text: string;
        /** What its gaps are filled with. */
        values: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
      }>;
    };
  };
  "subscriptions end": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** First day it is no longer served; today when none is given. */
      on?: string | null;
      /** What its bundle charged once (hardware, onboarding) is taken back, and credited. */
      credit_one_offs?: boolean;
    };
    answer: {
      id: string;
      subscription_ref: string;
      /** `register`, or `vendor lines` for a subscription the register does not have. */
      known_from: string;
      account: string;
      account_ref: string;
      product: string;
      name: string;
      on: string;
      quantity: string;
      status: string;
      price: string | null;
      term: string;
      plan: string;
      /** The plan it is sold on, when that is another one. */
      sold_plan: string | null;
      /** The customer's own term, when that is not the vendor's. */
      customer_term: string | null;
      /** The first day of its first. */
      customer_from: string | null;
      customer_term_start: string | null;
      customer_term_end: string | null;
      start: string;
      term_start: string | null;
      term_end: string | null;
      pricing_currency: string;
      bundle: string | null;
      /** Which edition of its bundle it is charged by: `renewal`, `follow` or `keep`. */
      bundle_policy: string;
      /** First day of that edition on the day shown; none for the first of all, or where there is no bundle. */
      bundle_edition: string | null;
      basis: string | null;
      cadence: string;
      timing: string;
      /** A span of days, both ends served. */
      cycle: {
        /** First day. */
        from: string;
        /** Last day. */
        to: string;
        /** Their number. */
        days: number;
      } | null;
      events: Array<{
        date: string;
        event: string;
        detail: string;
        seats_after: string;
      }>;
      /** What would be billed of it in the month to come, when a change is only tried. */
      bills?: {
        /** The month: that of the change, or the first after it that is not issued yet. */
        month: string;
        lines: Array<{
          kind: string;
          name: string;
          from: string | null;
          to: string | null;
          /** Days charged, `19 of 31` where the cycle is longer. */
          days: string | null;
          quantity: string;
          unit_price: string;
          net: string;
          currency: string;
        }>;
        /** Their sum by currency, net. */
        net: Array<{
          /** Plain decimal text in major units. */
          amount: string;
          /** ISO 4217 code. */
          currency: string;
        }>;
        /** Codes of the guards it would raise, such as a price that is missing or below cost. */
        guards: Array<string>;
      } | null;
      notes?: Array<{
        /** Stable code: `N-…`. */
        code: string;
        /** The sentence. */
        text: string;
        /** What its gaps are filled with. */
        values: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
      }>;
    };
  };
  "subscriptions cycles": {
    ask: {
      id: string;
      until: string;
    };
    answer: {
      subscription_ref: string;
      /** The vendor's. */
      cycles: Array<{
        /** First day. */
        from: string;
        /** Last day. */
        to: string;
        /** Their number. */
        days: number;
      }>;
      /** Ours, when it is sold on another plan. */
      sold?: Array<{
        /** First day. */
        from: string;
        /** Last day. */
        to: string;
        /** Their number. */
        days: number;
      }>;
    };
  };
  "tenants list": {
    ask: {
      /** Only those whose id or name contains this, in any case. */
      find?: string | null;
      /** At most so many. */
      limit?: number | null;
    };
    answer: {
      total: number;
      tenants: Array<{
        tenant: string;
        account_ref: string | null;
        account: string | null;
        domain: string;
      }>;
    };
  };
  "tenants show": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      tenant: string;
      account_ref: string | null;
      account: string | null;
      domain: string;
    };
  };
  "tenants add": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      tenant: string;
      account_ref: string | null;
      account: string | null;
      domain: string;
    };
  };
  "tenants set": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      tenant: string;
      account_ref: string | null;
      account: string | null;
      domain: string;
    };
  };
  "tenants end": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** First day it no longer applies; today when none is given. */
      on?: string | null;
    };
    answer: {
      tenant: string;
      account_ref: string | null;
      account: string | null;
      domain: string;
    };
  };
  "contacts list": {
    ask: {
      /** Only of this account, by id or name. */
      account?: string | null;
      /** Only those whose id or name contains this, in any case. */
      find?: string | null;
      /** At most so many. */
      limit?: number | null;
    };
    answer: {
      total: number;
      contacts: Array<{
        id: string;
        account_ref: string;
        account: string;
        name: string;
        role: string;
        mail: string;
        phone: string;
        /** Whether the account's invoices go to this person. */
        invoices: boolean;
      }>;
    };
  };
  "contacts show": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      id: string;
      account_ref: string;
      account: string;
      name: string;
      role: string;
      mail: string;
      phone: string;
      /** Whether the account's invoices go to this person. */
      invoices: boolean;
    };
  };
  "contacts add": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      id: string;
      account_ref: string;
      account: string;
      name: string;
      role: string;
      mail: string;
      phone: string;
      /** Whether the account's invoices go to this person. */
      invoices: boolean;
    };
  };
  "contacts set": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      id: string;
      account_ref: string;
      account: string;
      name: string;
      role: string;
      mail: string;
      phone: string;
      /** Whether the account's invoices go to this person. */
      invoices: boolean;
    };
  };
  "contacts end": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      id: string;
      account_ref: string;
      account: string;
      name: string;
      role: string;
      mail: string;
      phone: string;
      /** Whether the account's invoices go to this person. */
      invoices: boolean;
    };
  };
  "notes list": {
    ask: {
      /** Only of this account, by id or name. */
      account?: string | null;
      /** Only those whose id or name contains this, in any case. */
      find?: string | null;
      /** At most so many. */
      limit?: number | null;
    };
    answer: {
      total: number;
      notes: Array<{
        id: string;
        account_ref: string;
        account: string;
        date: string;
        text: string;
      }>;
    };
  };
  "notes show": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      id: string;
      account_ref: string;
      account: string;
      date: string;
      text: string;
    };
  };
  "notes add": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      id: string;
      account_ref: string;
      account: string;
      date: string;
      text: string;
    };
  };
  "notes set": {
    ask: {
      /** The book's id or the source's. */
      id: string;
      /** What to set. */
      fields?: Record<string, string>;
    };
    answer: {
      id: string;
      account_ref: string;
      account: string;
      date: string;
      text: string;
    };
  };
  "notes end": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      id: string;
      account_ref: string;
      account: string;
      date: string;
      text: string;
    };
  };
  "costs documents": {
    ask: Record<string, never>;
    answer: {
      documents: Array<{
        document: number;
        kind: string;
        name: string;
        period: string | null;
        invoices: Array<string>;
        rows: number;
        /** Rows of it that wait because something in them cannot be read. */
        waiting: number;
        /** The document whose waiting rows these were. */
        rest_of?: number | null;
        totals: Array<{
          /** Currency. */
          currency: string;
          /** Sum as text. */
          amount: string;
        }>;
        /** What the vendor's invoice says it adds up to, where somebody said so. */
        stated: Array<{
          currency: string;
          /** What the invoice says, net. */
          amount: string;
          /** What the rows that were read add up to. */
          rows: string;
          /** Rows less invoice. */
          difference: string;
        }>;
        /** Cells that were read otherwise than they say. */
        corrected: Array<{
          /** Row counted from 1 without the header. */
          row: number;
          /** The column as the file names it. */
          column: string;
          /** What the row says. */
          said: string;
          /** What was used. */
          used: string;
        }>;
        bytes: number;
        sha256: string;
        imported_at: string;
      }>;
    };
  };
  "costs list": {
    ask: {
      /** `2026-10`. */
      period: string;
    };
    answer: {
      period: string;
      totals: Array<{
        /** Currency. */
        currency: string;
        /** Sum as text. */
        amount: string;
      }>;
      /** What vendors billed: daily usage left out. */
      billed: Array<{
        /** Currency. */
        currency: string;
        /** Sum as text. */
        amount: string;
      }>;
      /** What daily usage adds up to. */
      metered: Array<{
        /** Currency. */
        currency: string;
        /** Sum as text. */
        amount: string;
      }>;
      /** How many lines are daily usage. */
      usage_lines: number;
      lines: Array<{
        id: string;
        document: number;
        row: number;
        account_ref: string;
        /** The customer's name as the vendor writes it. */
        customer: string;
        subscription_ref: string;
        product: string;
        product_ref: string;
        charge_type: string;
        /** Whether it is a row of daily usage: detail of a billed line, with no money of its own. */
        usage: boolean;
        from: string | null;
        to: string | null;
        quantity: string;
        amount: string;
        currency: string;
        reference: string;
        /** How the vendor's amount comes about, or why no published rule gives it. */
        explained: {
          /** Code of the rounding it fits. */
          rule: string;
          /** Days charged. */
          days: number;
          /** Days of the whole cycle. */
          cycle_days: number;
          /** What the rule gives. */
          amount: string;
        } | {
          /** Why not. */
          reason: string;
        };
      }>;
    };
  };
  "costs lines": {
    ask: {
      /** Billing month. */
      period: string;
      /** Daily usage in place of what vendors billed. */
      usage?: boolean;
    };
    answer: {
      period: string;
      /** What vendors billed: daily usage left out. */
      billed: Array<{
        /** Currency. */
        currency: string;
        /** Sum as text. */
        amount: string;
      }>;
      /** What daily usage adds up to. */
      metered: Array<{
        /** Currency. */
        currency: string;
        /** Sum as text. */
        amount: string;
      }>;
      /** How many lines vendors billed. */
      billed_lines: number;
      /** How many lines are daily usage. */
      usage_lines: number;
      lines: Array<{
        id: string;
        document: number;
        row: number;
        account_ref: string;
        /** The customer's name as the vendor writes it. */
        customer: string;
        subscription_ref: string;
        product: string;
        product_ref: string;
        charge_type: string;
        /** Whether it is a row of daily usage: detail of a billed line, with no money of its own. */
        usage: boolean;
        from: string | null;
        to: string | null;
        quantity: string;
        amount: string;
        currency: string;
        reference: string;
      }>;
    };
  };
  "costs show": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      id: string;
      document: number;
      row: number;
      account_ref: string;
      /** The customer's name as the vendor writes it. */
      customer: string;
      subscription_ref: string;
      product: string;
      product_ref: string;
      charge_type: string;
      /** Whether it is a row of daily usage: detail of a billed line, with no money of its own. */
      usage: boolean;
      from: string | null;
      to: string | null;
      quantity: string;
      amount: string;
      currency: string;
      reference: string;
      /** How the vendor's amount comes about, or why no published rule gives it. */
      explained: {
        /** Code of the rounding it fits. */
        rule: string;
        /** Days charged. */
        days: number;
        /** Days of the whole cycle. */
        cycle_days: number;
        /** What the rule gives. */
        amount: string;
      } | {
        /** Why not. */
        reason: string;
      };
      file: string;
      why: Array<{
        /** The rule applied. */
        rule: string;
        /** Named inputs, in the order a reader expects. */
        inputs: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
        /** What came out. */
        result: string;
        /** Where the inputs came from. */
        from: Array<string>;
      }>;
      row_as_sent: Array<{
        /** Its name. */
        name: string;
        /** Its value. */
        value: string;
      }>;
      /** Cells of the row that were read otherwise, when it was imported. */
      corrected?: Array<{
        /** Row counted from 1 without the header. */
        row: number;
        /** The column as the file names it. */
        column: string;
        /** What the row says. */
        said: string;
        /** What was used. */
        used: string;
      }>;
      imported_at: string;
    } | {
      document: number;
      kind: string;
      name: string;
      period: string | null;
      invoices: Array<string>;
      rows: number;
      /** Rows of it that wait because something in them cannot be read. */
      waiting: number;
      /** The document whose waiting rows these were. */
      rest_of?: number | null;
      totals: Array<{
        /** Currency. */
        currency: string;
        /** Sum as text. */
        amount: string;
      }>;
      /** What the vendor's invoice says it adds up to, where somebody said so. */
      stated: Array<{
        currency: string;
        /** What the invoice says, net. */
        amount: string;
        /** What the rows that were read add up to. */
        rows: string;
        /** Rows less invoice. */
        difference: string;
      }>;
      /** Cells that were read otherwise than they say. */
      corrected: Array<{
        /** Row counted from 1 without the header. */
        row: number;
        /** The column as the file names it. */
        column: string;
        /** What the row says. */
        said: string;
        /** What was used. */
        used: string;
      }>;
      bytes: number;
      sha256: string;
      imported_at: string;
    };
  };
  "costs events": {
    ask: {
      /** `2026-10`. */
      period: string;
    };
    answer: {
      period: string;
      events: Array<{
        reference: string;
        kind: string;
        date: string | null;
        account_ref: string;
        subscription_refs: Array<string>;
        products: Array<string>;
        seats_before: string | null;
        seats_after: string | null;
        net: string;
        currency: string;
        days: number;
        cycle_days: number;
        rows: Array<string>;
        text: string;
      }>;
    };
  };
  "costs problems": {
    ask: Record<string, never>;
    answer: {
      problems: Array<{
        document: number;
        name: string;
        row: number;
        column: string;
        value: string;
        code: string;
        hint: string;
      }>;
    };
  };
  "costs unmapped": {
    ask: {
      /** `2026-10`. */
      period: string;
    };
    answer: {
      period: string;
      tenants: Array<{
        tenant: string;
        name: string;
        lines: number;
        amount: string;
        currency: string;
        /** The account of the first proposal that is sure enough to be accepted with others. */
        proposal: string | null;
        /** Accounts it may belong to, the most likely first. */
        proposals: Array<{
          account_ref: string;
          account: string;
          /** Why: `subscription`, `name` or `similar`. */
          because: string;
        }>;
      }>;
      products: Array<{
        product: string;
        name: string;
        lines: number;
        amount: string;
        currency: string;
        kind: string;
        vendor: string;
        /** A product of the catalogue that differs in its SKU only. */
        like: string | null;
      }>;
    };
  };
  "month": {
    ask: {
      /** `2026-10`. */
      period: string;
    };
    answer: {
      period: string;
      currency: string;
      /** Import, reconcile, draft, issue, print, in this order. */
      steps: Array<{
        /** The steps. */
        name: "import" | "reconcile" | "draft" | "issue" | "print";
        /** How far a step is. */
        state: "done" | "now" | "later";
        /** Its money, in the book's currency. */
        amount: string | null;
        /** Files, findings, drafts, invoices, papers. */
        count: number;
        /** Rows of the files, drafts to issue, invoices to print. */
        of: number;
      }>;
      /** Rows of this month's files that wait to be corrected. */
      waiting: number;
      /** What leads on. */
      next: {
        /** What can be next. */
        what: "import" | "reconcile" | "findings" | "draft" | "issue" | "print" | "next_month";
        /** How many of what it is about. */
        count: number;
      };
      /** Open findings, the most money first; the first ones. */
      actions: Array<{
        id: string;
        /** The end of the id: enough to name a finding on the command line. */
        short: string;
        class: string;
        account_ref: string;
        account: string;
        subscription_ref: string;
        product: string;
        product_ref: string;
        money: string;
        per_year: string;
        currency: string;
        until: string;
        vendor_rows: Array<number>;
        vendor_refs: Array<string>;
        sale_refs: Array<string>;
        fix: string;
        state: string;
        reason?: string;
        evidence: Array<{
          what: string;
          vendor: string;
          sold: string;
        }>;
      }>;
      /** Open findings of the book's currency together. */
      worth: string;
      /** All open findings. */
      open: number;
      /** Codes of the guards that hold the draft, and how often each. */
      guards: Array<{
        code: string;
        count: number;
      }>;
      /** This month and those before it, the latest first. */
      months: Array<{
        period: string;
        /** What the vendors billed. */
        cost: string;
        /** What was invoiced; before there were invoices, what was imported as sold. */
        sold: string;
        margin: string;
        /** Of what was sold; none where nothing was. */
        margin_percent: string | null;
        /** Whether its run is issued. */
        closed: boolean;
      }>;
      /** Currencies of this month's documents and invoices that no sum here holds. */
      other_currencies: Array<string>;
    };
  };
  "reconcile": {
    ask: {
      /** Billing month. */
      period: string;
      /** `sales` or `invoices`; sales where any were imported. */
      against?: string | null;
      /** Findings below this amount are folded into one sum. */
      min?: string | null;
      /** Margin in percent below which `below_floor` is raised. */
      floor?: string | null;
      /** Also write the rows here, as CSV. */
      csv?: string | null;
      /** Also write the rows here, as XLSX. */
      xlsx?: string | null;
    };
    answer: {
      period: string;
      against: string;
      totals: Array<{
        currency: string;
        vendor: string;
        matched: string;
        unmatched_vendor: string;
        sold: string;
        unmatched_sold: string;
        sold_cost: string;
        within_tolerance: string;
        unexplained: string;
      }>;
      counts: Record<string, unknown>;
      within: Array<{
        kind: string;
        currency: string;
        rows: number;
        amount: string;
      }>;
      notes: Array<{
        /** Stable code: `N-…`. */
        code: string;
        /** The sentence. */
        text: string;
        /** What its gaps are filled with. */
        values: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
      }>;
      folded: Array<{
        currency: string;
        findings: number;
        money: string;
      }>;
      findings: Array<{
        id: string;
        /** The end of the id: enough to name a finding on the command line. */
        short: string;
        class: string;
        account_ref: string;
        account: string;
        subscription_ref: string;
        product: string;
        product_ref: string;
        money: string;
        per_year: string;
        currency: string;
        until: string;
        vendor_rows: Array<number>;
        vendor_refs: Array<string>;
        sale_refs: Array<string>;
        fix: string;
        state: string;
        reason?: string;
        evidence: Array<{
          what: string;
          vendor: string;
          sold: string;
        }>;
      }>;
    };
  };
  "reconcile ties": {
    ask: {
      /** Billing month. */
      period: string;
      /** `sales` or `invoices`; sales where any were imported. */
      against?: string | null;
      /** Every account; without it those that findings are about. */
      whole?: boolean;
    };
    answer: {
      period: string;
      /** Vendor documents of the month. */
      documents: number;
      ties: Array<{
        currency: string;
        findings: number;
        /** `total = expected + named + tolerance + unexplained`. Of the cost, `named` is what findings make it differ from the cost that was reckoned with; of the sale, it is what was sold on rows with a finding. */
        cost: {
          total: string;
          expected: string;
          named: string;
          tolerance: string;
          unexplained: string;
          /** Whether nothing is left unexplained. */
          ties: boolean;
        };
        /** `total = expected + named + tolerance + unexplained`. Of the cost, `named` is what findings make it differ from the cost that was reckoned with; of the sale, it is what was sold on rows with a finding. */
        sold: {
          total: string;
          expected: string;
          named: string;
          tolerance: string;
          unexplained: string;
          /** Whether nothing is left unexplained. */
          ties: boolean;
        };
      }>;
    };
  };
  "reconcile accounts": {
    ask: {
      /** Billing month. */
      period: string;
      /** `sales` or `invoices`; sales where any were imported. */
      against?: string | null;
      /** Every account; without it those that findings are about. */
      whole?: boolean;
    };
    answer: {
      period: string;
      against: string;
      /** Whether the findings kept in the book are those of this table; otherwise `reconcile` has to run. */
      recorded: boolean;
      /** Vendor documents of the month. */
      documents: number;
      agreements: number;
      /** How many accounts there are in each of their currencies, shown or not. */
      count: number;
      ties: Array<{
        currency: string;
        findings: number;
        /** `total = expected + named + tolerance + unexplained`. Of the cost, `named` is what findings make it differ from the cost that was reckoned with; of the sale, it is what was sold on rows with a finding. */
        cost: {
          total: string;
          expected: string;
          named: string;
          tolerance: string;
          unexplained: string;
          /** Whether nothing is left unexplained. */
          ties: boolean;
        };
        /** `total = expected + named + tolerance + unexplained`. Of the cost, `named` is what findings make it differ from the cost that was reckoned with; of the sale, it is what was sold on rows with a finding. */
        sold: {
          total: string;
          expected: string;
          named: string;
          tolerance: string;
          unexplained: string;
          /** Whether nothing is left unexplained. */
          ties: boolean;
        };
        margin: string;
        /** What the open findings are worth. */
        worth: string;
        /** The accounts without an open finding. */
        rest: {
          accounts: number;
          agreements: number;
          cost: string;
          expected: string;
          sold: string;
          margin: string;
        };
      }>;
      accounts: Array<{
        /** The account's reference; what the vendor calls the customer where no account is known; empty for documents. */
        account_ref: string;
        account: string;
        /** Whether the book knows the customer. */
        mapped: boolean;
        currency: string;
        agreements: number;
        /** Agreements without a finding. */
        even: number;
        /** Findings that wait for a decision. */
        open: number;
        cost: string | null;
        expected: string | null;
        sold: string | null;
        margin: string | null;
        /** What its open findings are worth. */
        worth: string | null;
      }>;
    };
  };
  "reconcile rows": {
    ask: {
      /** Billing month. */
      period: string;
      /** `sales` or `invoices`; sales where any were imported. */
      against?: string | null;
      /** Only those of these accounts, as the accounts of the month name them. */
      accounts?: Array<string> | null;
      /** Only those with a finding in one of these states. */
      states?: Array<string> | null;
      /** Only those with a finding of this class. */
      class?: string | null;
      /** Only the one with this finding. */
      finding?: string | null;
    };
    answer: {
      period: string;
      against: string;
      rows: Array<{
        id: string;
        account_ref: string;
        account: string;
        subscription_ref: string;
        product: string;
        product_ref: string;
        from: string | null;
        to: string | null;
        seats_billed: string | null;
        seats_expected: string | null;
        seats_sold: string | null;
        cost: string | null;
        expected: string | null;
        sold: string | null;
        /** Sold less cost, where both are in one currency. */
        margin: string | null;
        currency: string;
        sold_currency: string;
        class: string | null;
        /** The finding's id, once it is kept. */
        finding: string | null;
        state: string | null;
        worth: string | null;
        /** The vendor's rows, the first fifty. */
        vendor_refs: Array<string>;
        lines: number;
      }>;
    };
  };
  "findings list": {
    ask: {
      period?: string | null;
      class?: string | null;
      state?: string | null;
    };
    answer: {
      findings: Array<{
        id: string;
        /** The end of the id: enough to name a finding on the command line. */
        short: string;
        class: string;
        account_ref: string;
        account: string;
        subscription_ref: string;
        product: string;
        product_ref: string;
        money: string;
        per_year: string;
        currency: string;
        until: string;
        vendor_rows: Array<number>;
        vendor_refs: Array<string>;
        sale_refs: Array<string>;
        fix: string;
        state: string;
        reason?: string;
        evidence: Array<{
          what: string;
          vendor: string;
          sold: string;
        }>;
      }>;
    };
  };
  "findings show": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      id: string;
      /** The end of the id: enough to name a finding on the command line. */
      short: string;
      class: string;
      account_ref: string;
      account: string;
      subscription_ref: string;
      product: string;
      product_ref: string;
      money: string;
      per_year: string;
      currency: string;
      until: string;
      vendor_rows: Array<number>;
      vendor_refs: Array<string>;
      sale_refs: Array<string>;
      fix: string;
      state: string;
      reason?: string;
      evidence: Array<{
        what: string;
        vendor: string;
        sold: string;
      }>;
      period: string;
      history: Array<{
        state: string;
        reason: string;
        day: string;
      }>;
      ticket: string;
    };
  };
  "findings accept": {
    ask: {
      ids: Array<string>;
      reason?: string | null;
    };
    answer: {
      findings: Array<{
        id: string;
        /** The end of the id: enough to name a finding on the command line. */
        short: string;
        class: string;
        account_ref: string;
        account: string;
        subscription_ref: string;
        product: string;
        product_ref: string;
        money: string;
        per_year: string;
        currency: string;
        until: string;
        vendor_rows: Array<number>;
        vendor_refs: Array<string>;
        sale_refs: Array<string>;
        fix: string;
        state: string;
        reason?: string;
        evidence: Array<{
          what: string;
          vendor: string;
          sold: string;
        }>;
        period: string;
        history: Array<{
          state: string;
          reason: string;
          day: string;
        }>;
        ticket: string;
      }>;
      charges?: Array<string>;
      /** The same charges as figures. */
      made: Array<{
        finding: string;
        account: string;
        name: string;
        /** Negative for a credit. */
        amount: string;
        currency: string;
        date: string;
      }>;
    };
  };
  "findings ignore": {
    ask: {
      ids: Array<string>;
      reason?: string | null;
    };
    answer: {
      findings: Array<{
        id: string;
        /** The end of the id: enough to name a finding on the command line. */
        short: string;
        class: string;
        account_ref: string;
        account: string;
        subscription_ref: string;
        product: string;
        product_ref: string;
        money: string;
        per_year: string;
        currency: string;
        until: string;
        vendor_rows: Array<number>;
        vendor_refs: Array<string>;
        sale_refs: Array<string>;
        fix: string;
        state: string;
        reason?: string;
        evidence: Array<{
          what: string;
          vendor: string;
          sold: string;
        }>;
        period: string;
        history: Array<{
          state: string;
          reason: string;
          day: string;
        }>;
        ticket: string;
      }>;
      charges?: Array<string>;
      /** The same charges as figures. */
      made: Array<{
        finding: string;
        account: string;
        name: string;
        /** Negative for a credit. */
        amount: string;
        currency: string;
        date: string;
      }>;
    };
  };
  "findings fix": {
    ask: {
      ids: Array<string>;
      reason?: string | null;
    };
    answer: {
      findings: Array<{
        id: string;
        /** The end of the id: enough to name a finding on the command line. */
        short: string;
        class: string;
        account_ref: string;
        account: string;
        subscription_ref: string;
        product: string;
        product_ref: string;
        money: string;
        per_year: string;
        currency: string;
        until: string;
        vendor_rows: Array<number>;
        vendor_refs: Array<string>;
        sale_refs: Array<string>;
        fix: string;
        state: string;
        reason?: string;
        evidence: Array<{
          what: string;
          vendor: string;
          sold: string;
        }>;
        period: string;
        history: Array<{
          state: string;
          reason: string;
          day: string;
        }>;
        ticket: string;
      }>;
      charges?: Array<string>;
      /** The same charges as figures. */
      made: Array<{
        finding: string;
        account: string;
        name: string;
        /** Negative for a credit. */
        amount: string;
        currency: string;
        date: string;
      }>;
    };
  };
  "findings reopen": {
    ask: {
      ids: Array<string>;
      reason?: string | null;
    };
    answer: {
      findings: Array<{
        id: string;
        /** The end of the id: enough to name a finding on the command line. */
        short: string;
        class: string;
        account_ref: string;
        account: string;
        subscription_ref: string;
        product: string;
        product_ref: string;
        money: string;
        per_year: string;
        currency: string;
        until: string;
        vendor_rows: Array<number>;
        vendor_refs: Array<string>;
        sale_refs: Array<string>;
        fix: string;
        state: string;
        reason?: string;
        evidence: Array<{
          what: string;
          vendor: string;
          sold: string;
        }>;
        period: string;
        history: Array<{
          state: string;
          reason: string;
          day: string;
        }>;
        ticket: string;
      }>;
      charges?: Array<string>;
      /** The same charges as figures. */
      made: Array<{
        finding: string;
        account: string;
        name: string;
        /** Negative for a credit. */
        amount: string;
        currency: string;
        date: string;
      }>;
    };
  };
  "bill draft": {
    ask: {
      /** Billing month. */
      period: string;
      /** Only this account. */
      account?: string | null;
      /** One basis for everything. */
      basis?: string | null;
      /** Show each line. */
      lines?: boolean;
    };
    answer: {
      run: string;
      period: string;
      totals: Array<{
        currency: string;
        invoices: number;
        net: string;
        tax: string;
        gross: string;
      }>;
      invoices: Array<{
        account_ref: string;
        name: string;
        currency: string;
        lines: number;
        net: string;
        tax: string;
        gross: string;
        detail?: Array<{
          account_ref: string;
          subscription: string | null;
          kind: string;
          name: string;
          from: string | null;
          to: string | null;
          quantity: string;
          unit_price: string;
          net: string;
          cost: string | null;
          why: Array<{
            /** The rule applied. */
            rule: string;
            /** Named inputs, in the order a reader expects. */
            inputs: Array<{
              /** Its name. */
              name: string;
              /** Its value. */
              value: string;
            }>;
            /** What came out. */
            result: string;
            /** Where the inputs came from. */
            from: Array<string>;
          }>;
        }>;
      }>;
      changes: Array<{
        account_ref: string;
        name: string;
        product: string;
        cause: string;
        before: string | null;
        now: string | null;
        difference: string;
        currency: string;
      }>;
      guards: Array<{
        /** Stable code; accepted by it. */
        code: string;
        account_ref: string;
        name: string;
        detail: string;
        /** What it is accepted by, alone. */
        mark: string;
        /** What a person said to it. */
        accepted?: {
          /** Why it may stand; empty where it was accepted while issuing, by its code alone. */
          reason: string;
          /** The business day it was accepted on. */
          day: string;
        } | null;
      }>;
      notes?: Array<{
        /** Stable code: `N-…`. */
        code: string;
        /** The sentence. */
        text: string;
        /** What its gaps are filled with. */
        values: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
      }>;
    };
  };
  "bill accept": {
    ask: {
      period: string;
      /** Marks of guards, or codes; `all` for every one. */
      guards: Array<string>;
      /** Why they may stand. */
      reason?: string;
      /** Takes an acceptance back instead. */
      undo?: boolean;
    };
    answer: {
      run: string;
      period: string;
      /** How many were accepted, or taken back. */
      changed: number;
      guards: Array<{
        /** Stable code; accepted by it. */
        code: string;
        account_ref: string;
        name: string;
        detail: string;
        /** What it is accepted by, alone. */
        mark: string;
        /** What a person said to it. */
        accepted?: {
          /** Why it may stand; empty where it was accepted while issuing, by its code alone. */
          reason: string;
          /** The business day it was accepted on. */
          day: string;
        } | null;
      }>;
    };
  };
  "bill issue": {
    ask: {
      period: string;
      account?: string | null;
      accept?: Array<string>;
      /** Why the guards accepted now may stand. */
      reason?: string;
      no_pdf?: boolean;
    };
    answer: {
      run: string;
      period: string;
      totals: Array<{
        currency: string;
        invoices: number;
        net: string;
        tax: string;
        gross: string;
      }>;
      invoices: Array<{
        /** `invoice`, or `credit-note` where the customer is owed. */
        kind: string;
        number: string;
        sequence: number;
        account_ref: string;
        name: string;
        currency: string;
        lines: number;
        net: string;
        tax: string;
        gross: string;
      }>;
      printed: number;
      accepted: Array<string>;
      notes?: Array<{
        /** Stable code: `N-…`. */
        code: string;
        /** The sentence. */
        text: string;
        /** What its gaps are filled with. */
        values: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
      }>;
    };
  };
  "bill replay": {
    ask: {
      run: string;
    };
    answer: {
      run: string;
      period: string;
      identical: boolean;
      invoices: number;
      lines: number;
      difference?: string | null;
    };
  };
  "bill runs": {
    ask: Record<string, never>;
    answer: {
      runs: Array<{
        run: string;
        period: string;
        state: string;
        drafted: string;
        guards: number;
      }>;
    };
  };
  "bill charge": {
    ask: {
      account: string;
      name: string;
      quantity: string;
      price: string;
      cost?: string | null;
      date: string;
      kind?: string | null;
    };
    answer: {
      id: string;
      account_ref: string;
      name: string;
      date: string;
      net: string;
      currency: string;
    };
  };
  "bill uncharge": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      id: string;
      name: string;
    };
  };
  "bill kept": {
    ask: {
      /** `2026-10`. */
      period: string;
    };
    answer: {
      period: string;
      /** `none`, `draft`, `begun` (issuing was stopped half way) or `issued`. */
      state: string;
      /** Whether what the draft stands on is still the same. */
      current: boolean;
      /** The day it was drafted. */
      drafted: string | null;
      /** The month it is compared with. */
      last: string | null;
      /** What is left to issue, by currency. */
      open: Array<{
        currency: string;
        invoices: number;
        net: string;
        tax: string;
        gross: string;
      }>;
      /** What is issued, by currency. */
      issued: Array<{
        currency: string;
        invoices: number;
        net: string;
        tax: string;
        gross: string;
      }>;
      /** The numbers of the invoices issued; credit notes have their own. */
      issued_numbers: {
        first: string;
        last: string;
      } | null;
      /** The numbers issuing would give. */
      numbers: {
        first: string;
        last: string;
      } | null;
      sides: Array<{
        currency: string;
        before: string;
        now: string;
        difference: string;
        steps: Array<{
          cause: string;
          amount: string;
        }>;
        /** Customers with an invoice before or now. */
        customers: number;
        /** Those with a change. */
        changed: number;
        /** Those a guard is about. */
        guarded: number;
      }>;
      guards: Array<{
        /** Stable code; accepted by it. */
        code: string;
        account_ref: string;
        name: string;
        /** The invoice it is about. */
        payer_ref: string;
        facts: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
        /** What it is accepted by, alone. */
        mark: string;
        /** What a person said to it. */
        accepted: {
          /** Why it may stand; empty where it was accepted while issuing, by its code alone. */
          reason: string;
          /** The business day it was accepted on. */
          day: string;
        } | null;
      }>;
      charges: Array<{
        id: string;
        account_ref: string;
        account: string;
        name: string;
        date: string;
        quantity: string;
        unit_price: string;
        currency: string;
        /** Whether it is on an invoice. */
        billed: boolean;
      }>;
      customers: Array<{
        account_ref: string;
        name: string;
        currency: string;
        before: string | null;
        now: string | null;
        difference: string | null;
        changed: boolean;
        /** The causes, the one worth most first. */
        causes: Array<string>;
        /** What the greatest change is about. */
        about: string;
        changes: number;
        guarded: boolean;
        guards: Array<string>;
        /** What is left to issue. */
        open: string | null;
      }>;
    };
  };
  "bill lines": {
    ask: {
      period: string;
      account: string;
      currency: string;
    };
    answer: {
      account_ref: string;
      name: string;
      currency: string;
      /** Numbers of what is issued already. */
      numbers: Array<string>;
      lines: Array<{
        /** Who uses it. */
        account: string;
        /** Empty for what is charged no more. */
        kind: string;
        name: string;
        from: string | null;
        to: string | null;
        days: string | null;
        quantity: string;
        unit_price: string;
        before: string | null;
        now: string | null;
        difference: string | null;
        cause: string | null;
        cost: string | null;
        margin: string | null;
        margin_percent: string | null;
        why: Array<{
          /** The rule applied. */
          rule: string;
          /** Named inputs, in the order a reader expects. */
          inputs: Array<{
            /** Its name. */
            name: string;
            /** Its value. */
            value: string;
          }>;
          /** What came out. */
          result: string;
          /** Where the inputs came from. */
          from: Array<string>;
        }>;
      }>;
    };
  };
  "invoices list": {
    ask: {
      period?: string | null;
      account?: string | null;
    };
    answer: {
      totals: Array<{
        currency: string;
        invoices: number;
        net: string;
        tax: string;
        gross: string;
      }>;
      invoices: Array<{
        id: string;
        number: string;
        sequence: number;
        kind: string;
        date: string;
        due: string;
        account_ref: string;
        name: string;
        period: string;
        currency: string;
        lines: number;
        net: string;
        tax: string;
        gross: string;
        credits: string | null;
        pdf: boolean;
      }>;
    };
  };
  "invoices show": {
    ask: {
      id: string;
      why?: boolean;
    };
    answer: {
      id: string;
      number: string;
      sequence: number;
      kind: string;
      date: string;
      due: string;
      account_ref: string;
      name: string;
      period: string;
      currency: string;
      lines: Array<{
        line: number;
        id: string;
        kind: string;
        account: string;
        name: string;
        from: string | null;
        to: string | null;
        days: string | null;
        quantity: string;
        unit_price: string;
        net: string;
        cost: string | null;
        why?: Array<{
          /** The rule applied. */
          rule: string;
          /** Named inputs, in the order a reader expects. */
          inputs: Array<{
            /** Its name. */
            name: string;
            /** Its value. */
            value: string;
          }>;
          /** What came out. */
          result: string;
          /** Where the inputs came from. */
          from: Array<string>;
        }>;
      }>;
      net: string;
      tax: string;
      gross: string;
      credits: string | null;
      pdf: boolean;
      tax_lines: Array<{
        treatment: string;
        percent: string;
        base: string;
        tax: string;
      }>;
      /** The tax in the book's currency, on a document in another. */
      home_tax?: {
        amount: string;
        currency: string;
        /** What one unit of the document's currency is worth in it. */
        rate: string;
        /** First day of that rate. */
        from: string;
        /** Who published it. */
        source: string;
      } | null;
    };
  };
  "invoices pdf": {
    ask: {
      id?: string | null;
      /** Several, by number. */
      ids?: Array<string>;
      all?: boolean;
      period?: string | null;
      to: string;
    };
    answer: {
      files: Array<string>;
      skipped_same: number;
      notes?: Array<{
        /** Stable code: `N-…`. */
        code: string;
        /** The sentence. */
        text: string;
        /** What its gaps are filled with. */
        values: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
      }>;
    };
  };
  "invoices preview": {
    ask: {
      /** `brand.colour=#0B6187`. */
      pairs?: Array<string>;
    };
    answer: {
      /** The PDF in base64. */
      bytes: string;
    };
  };
  "invoices paper": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      number: string;
      file_name: string;
      /** The PDF in base64. */
      bytes: string;
      /** The lines in the order they are printed, by their number on the invoice. */
      lines: Array<number>;
    };
  };
  "invoices save": {
    ask: {
      id: string;
      to: string;
    };
    answer: {
      number: string;
      bytes: number;
    };
  };
  "invoices credits": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      notes: Array<{
        number: string;
        date: string;
        gross: string;
        currency: string;
      }>;
      /** Numbers of the lines that can still be credited. */
      open: Array<number>;
    };
  };
  "invoices behind": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      invoice: string;
      line: number;
      /** Of how many. */
      of: number;
      name: string;
      net: string;
      currency: string;
      /** What it costs. */
      cost: string | null;
      /** What it brings. */
      margin: string | null;
      /** In per cent of what it is sold for. */
      percent: string | null;
      why: Array<{
        /** The rule applied. */
        rule: string;
        /** Named inputs, in the order a reader expects. */
        inputs: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
        /** What came out. */
        result: string;
        /** Where the inputs came from. */
        from: Array<string>;
      }>;
      /** What the vendor billed for the same agreement in these days. */
      vendor: Array<{
        id: string;
        file: string;
        row: number;
        charge_type: string;
        from: string | null;
        to: string | null;
        quantity: string;
        amount: string;
        currency: string;
      }>;
      /** Their sum, when it is in one currency. */
      vendor_sum: string | null;
    };
  };
  "invoices credit": {
    ask: {
      id: string;
      lines?: Array<number>;
      reason: string;
      /** Opens what is credited, the whole invoice, so that the next draft bills it again. */
      rebill?: boolean;
    };
    answer: {
      number: string;
      credits: string;
      lines: number;
      net: string;
      tax: string;
      gross: string;
      currency: string;
      reason: string;
      /** Whether what it credits is billed again by the next draft. */
      rebill: boolean;
    };
  };
  "why": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      invoice: string;
      line: number;
      id: string;
      kind: string;
      account: string;
      name: string;
      from: string | null;
      to: string | null;
      days: string | null;
      quantity: string;
      unit_price: string;
      net: string;
      cost: string | null;
      why?: Array<{
        /** The rule applied. */
        rule: string;
        /** Named inputs, in the order a reader expects. */
        inputs: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
        /** What came out. */
        result: string;
        /** Where the inputs came from. */
        from: Array<string>;
      }>;
    } | {
      id: string;
      document: number;
      row: number;
      account_ref: string;
      /** The customer's name as the vendor writes it. */
      customer: string;
      subscription_ref: string;
      product: string;
      product_ref: string;
      charge_type: string;
      /** Whether it is a row of daily usage: detail of a billed line, with no money of its own. */
      usage: boolean;
      from: string | null;
      to: string | null;
      quantity: string;
      amount: string;
      currency: string;
      reference: string;
      /** How the vendor's amount comes about, or why no published rule gives it. */
      explained: {
        /** Code of the rounding it fits. */
        rule: string;
        /** Days charged. */
        days: number;
        /** Days of the whole cycle. */
        cycle_days: number;
        /** What the rule gives. */
        amount: string;
      } | {
        /** Why not. */
        reason: string;
      };
      file: string;
      why: Array<{
        /** The rule applied. */
        rule: string;
        /** Named inputs, in the order a reader expects. */
        inputs: Array<{
          /** Its name. */
          name: string;
          /** Its value. */
          value: string;
        }>;
        /** What came out. */
        result: string;
        /** Where the inputs came from. */
        from: Array<string>;
      }>;
      row_as_sent: Array<{
        /** Its name. */
        name: string;
        /** Its value. */
        value: string;
      }>;
      /** Cells of the row that were read otherwise, when it was imported. */
      corrected?: Array<{
        /** Row counted from 1 without the header. */
        row: number;
        /** The column as the file names it. */
        column: string;
        /** What the row says. */
        said: string;
        /** What was used. */
        used: string;
      }>;
      imported_at: string;
    } | {
      id: string;
      /** The end of the id: enough to name a finding on the command line. */
      short: string;
      class: string;
      account_ref: string;
      account: string;
      subscription_ref: string;
      product: string;
      product_ref: string;
      money: string;
      per_year: string;
      currency: string;
      until: string;
      vendor_rows: Array<number>;
      vendor_refs: Array<string>;
      sale_refs: Array<string>;
      fix: string;
      state: string;
      reason?: string;
      evidence: Array<{
        what: string;
        vendor: string;
        sold: string;
      }>;
      period: string;
      history: Array<{
        state: string;
        reason: string;
        day: string;
      }>;
      ticket: string;
    } | {
      id: string;
      file: string;
      kind: string;
      row: number;
      row_as_sent: Array<{
        /** Its name. */
        name: string;
        /** Its value. */
        value: string;
      }>;
    };
  };
  "model list": {
    ask: Record<string, never>;
    answer: {
      scenarios: Array<{
        name: string;
        /** Brought along by the program. */
        ready: boolean;
        /** First day of its first change. */
        from: string | null;
        changes: number;
        note: string;
      }>;
    };
  };
  "model show": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      ready: boolean;
      /** A scenario as it is written down. Amounts and shares are text: `3 %`, `+0.50`, `= 12.00`, `6.00 -> 7.00`. */
      scenario: {
        /** Name. */
        name: string;
        /** Where its figures are from, and what to verify. */
        note?: string;
        /** First month; the month after the business day's without one. */
        first_month?: string | null;
        /** Months to look at; 36 without it. */
        horizon_months?: string | null;
        /** Seats lost for each share a price rises: `0.5` loses 5 % of the seats to a rise of 10 %. */
        elasticity?: string | null;
        /** The changes, in their order. */
        changes: Array<{
          /** Name of the cause. */
          name?: string;
          /** First day. */
          from: string;
          /** Product: `ID:SKU`, or its name in the catalogue. */
          product?: string | null;
          /** Several products, likewise. */
          products?: Array<string>;
          /** The vendor's product id, beside `sku_id`. */
          product_id?: string | null;
          /** The vendor's SKU id. */
          sku_id?: string | null;
          /** `P1M`, `P1Y` or `P3Y`. */
          term?: string | null;
          /** `monthly`, `annual` or `triennial`. */
          plan?: string | null;
          /** Currency of the list price. */
          currency?: string | null;
          /** Price segment of the customer. */
          segment?: string | null;
          /** The customer, or those below this account. */
          account?: string | null;
          /** Change of the vendor's cost. */
          cost?: string | null;
          /** Change of the vendor's retail price. */
          erp?: string | null;
          /** The same in hundredths of a percent. */
          cost_change_bp?: string | null;
          /** The same in hundredths of a percent. */
          erp_change_bp?: string | null;
          /** Share of the change of cost customers pay; their price rules decide without it. */
          pass_on?: string | null;
          /** The same in hundredths of a percent. */
          pass_through_bp?: string | null;
          /** Number of a price list of `billhook prices lists`, announced or not, that takes the place of the one in force. */
          price_list?: string | null;
          /** Change of our price. */
          price?: string | null;
          /** When it bites: `renewal` (without it) or `at-once`. */
          bites?: string | null;
          /** A price rule that computes otherwise. */
          rule?: string | null;
          /** Its method. */
          method?: string | null;
          /** Its price or percentage. */
          value?: string | null;
          /** Its bands. */
          bands?: string | null;
          /** Change of the rate of `currency`: units of the customer's currency for one of it. */
          rate?: string | null;
          /** Change of the seats. */
          seats?: string | null;
          /** Term from the next renewal on. */
          to_term?: string | null;
          /** Billing plan from the next renewal on. */
          to_plan?: string | null;
          /** Code of the bundle the products are sold in from the next renewal on. */
          bundle?: string | null;
          /** Does not renew and runs on in the Extended Service Term. */
          extended?: boolean;
        }>;
      };
      /** As a file. */
      text: string;
    };
  };
  "model save": {
    ask: {
      /** From a file. */
      file?: string | null;
      /** Or written out. */
      scenario?: {
        /** Name. */
        name: string;
        /** Where its figures are from, and what to verify. */
        note?: string;
        /** First month; the month after the business day's without one. */
        first_month?: string | null;
        /** Months to look at; 36 without it. */
        horizon_months?: string | null;
        /** Seats lost for each share a price rises: `0.5` loses 5 % of the seats to a rise of 10 %. */
        elasticity?: string | null;
        /** The changes, in their order. */
        changes?: Array<{
          /** Name of the cause. */
          name?: string;
          /** First day. */
          from: string;
          /** Product: `ID:SKU`, or its name in the catalogue. */
          product?: string | null;
          /** Several products, likewise. */
          products?: Array<string>;
          /** The vendor's product id, beside `sku_id`. */
          product_id?: string | null;
          /** The vendor's SKU id. */
          sku_id?: string | null;
          /** `P1M`, `P1Y` or `P3Y`. */
          term?: string | null;
          /** `monthly`, `annual` or `triennial`. */
          plan?: string | null;
          /** Currency of the list price. */
          currency?: string | null;
          /** Price segment of the customer. */
          segment?: string | null;
          /** The customer, or those below this account. */
          account?: string | null;
          /** Change of the vendor's cost. */
          cost?: string | null;
          /** Change of the vendor's retail price. */
          erp?: string | null;
          /** The same in hundredths of a percent. */
          cost_change_bp?: string | null;
          /** The same in hundredths of a percent. */
          erp_change_bp?: string | null;
          /** Share of the change of cost customers pay; their price rules decide without it. */
          pass_on?: string | null;
          /** The same in hundredths of a percent. */
          pass_through_bp?: string | null;
          /** Number of a price list of `billhook prices lists`, announced or not, that takes the place of the one in force. */
          price_list?: string | null;
          /** Change of our price. */
          price?: string | null;
          /** When it bites: `renewal` (without it) or `at-once`. */
          bites?: string | null;
          /** A price rule that computes otherwise. */
          rule?: string | null;
          /** Its method. */
          method?: string | null;
          /** Its price or percentage. */
          value?: string | null;
          /** Its bands. */
          bands?: string | null;
          /** Change of the rate of `currency`: units of the customer's currency for one of it. */
          rate?: string | null;
          /** Change of the seats. */
          seats?: string | null;
          /** Term from the next renewal on. */
          to_term?: string | null;
          /** Billing plan from the next renewal on. */
          to_plan?: string | null;
          /** Code of the bundle the products are sold in from the next renewal on. */
          bundle?: string | null;
          /** Does not renew and runs on in the Extended Service Term. */
          extended?: boolean;
        }>;
      } | null;
    };
    answer: {
      scenarios: Array<{
        name: string;
        /** Brought along by the program. */
        ready: boolean;
        /** First day of its first change. */
        from: string | null;
        changes: number;
        note: string;
      }>;
    };
  };
  "model drop": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      scenarios: Array<{
        name: string;
        /** Brought along by the program. */
        ready: boolean;
        /** First day of its first change. */
        from: string | null;
        changes: number;
        note: string;
      }>;
    };
  };
  "model run": {
    ask: {
      /** A scenario file. */
      file?: string | null;
      /** Or one kept in the book or shipped with the program, by name. */
      name?: string | null;
      /** Or one written out. */
      scenario?: {
        /** Name. */
        name: string;
        /** Where its figures are from, and what to verify. */
        note?: string;
        /** First month; the month after the business day's without one. */
        first_month?: string | null;
        /** Months to look at; 36 without it. */
        horizon_months?: string | null;
        /** Seats lost for each share a price rises: `0.5` loses 5 % of the seats to a rise of 10 %. */
        elasticity?: string | null;
        /** The changes, in their order. */
        changes?: Array<{
          /** Name of the cause. */
          name?: string;
          /** First day. */
          from: string;
          /** Product: `ID:SKU`, or its name in the catalogue. */
          product?: string | null;
          /** Several products, likewise. */
          products?: Array<string>;
          /** The vendor's product id, beside `sku_id`. */
          product_id?: string | null;
          /** The vendor's SKU id. */
          sku_id?: string | null;
          /** `P1M`, `P1Y` or `P3Y`. */
          term?: string | null;
          /** `monthly`, `annual` or `triennial`. */
          plan?: string | null;
          /** Currency of the list price. */
          currency?: string | null;
          /** Price segment of the customer. */
          segment?: string | null;
          /** The customer, or those below this account. */
          account?: string | null;
          /** Change of the vendor's cost. */
          cost?: string | null;
          /** Change of the vendor's retail price. */
          erp?: string | null;
          /** The same in hundredths of a percent. */
          cost_change_bp?: string | null;
          /** The same in hundredths of a percent. */
          erp_change_bp?: string | null;
          /** Share of the change of cost customers pay; their price rules decide without it. */
          pass_on?: string | null;
          /** The same in hundredths of a percent. */
          pass_through_bp?: string | null;
          /** Number of a price list of `billhook prices lists`, announced or not, that takes the place of the one in force. */
          price_list?: string | null;
          /** Change of our price. */
          price?: string | null;
          /** When it bites: `renewal` (without it) or `at-once`. */
          bites?: string | null;
          /** A price rule that computes otherwise. */
          rule?: string | null;
          /** Its method. */
          method?: string | null;
          /** Its price or percentage. */
          value?: string | null;
          /** Its bands. */
          bands?: string | null;
          /** Change of the rate of `currency`: units of the customer's currency for one of it. */
          rate?: string | null;
          /** Change of the seats. */
          seats?: string | null;
          /** Term from the next renewal on. */
          to_term?: string | null;
          /** Billing plan from the next renewal on. */
          to_plan?: string | null;
          /** Code of the bundle the products are sold in from the next renewal on. */
          bundle?: string | null;
          /** Does not renew and runs on in the Extended Service Term. */
          extended?: boolean;
        }>;
      } | null;
      /** Months to look at, instead of the scenario's own. */
      horizon?: number | null;
      /** First month, instead of the scenario's own. */
      first?: string | null;
      /** A scenario that was taken over, by id or name: the book is looked at as if it had not been. */
      without?: string | null;
      /** Also write every customer and month as CSV. */
      csv?: string | null;
      /** Accounts to list, those whose margin changes most first; all without it. */
      most?: number | null;
    };
    answer: {
      scenario: string;
      first_month: string;
      months_count: number;
      agreements: number;
      /** Agreements the scenario reaches within the horizon. */
      reached: number;
      winners: number;
      losers: number;
      /** Agreements sold below cost at some time. */
      below_cost: number;
      totals: Array<{
        currency: string;
        cost_before: string;
        cost: string;
        revenue_before: string;
        revenue: string;
        margin_before: string;
        margin: string;
        /** Of the margin. */
        change: string;
        margin_percent_before: string | null;
        margin_percent: string | null;
      }>;
      bridge: Array<{
        /** Name of the change; nothing for seats that customers give up. */
        cause: string | null;
        /** What kind of change. */
        kind: string | null;
        currency: string;
        change: string;
      }>;
      months: Array<{
        month: string;
        currency: string;
        cost_before: string;
        cost: string;
        revenue_before: string;
        revenue: string;
        margin_before: string;
        margin: string;
        /** Of the margin. */
        change: string;
        /** What customers pay in the month, of what is charged within the horizon. */
        cash_in: string;
        /** What the vendor is paid in the month, likewise. */
        cash_out: string;
        /** Agreements the scenario first reaches in this month. */
        hits: number;
      }>;
      accounts: Array<{
        account_ref: string;
        account_id: string;
        name: string;
        currency: string;
        cost_before: string;
        cost: string;
        revenue_before: string;
        revenue: string;
        margin_before: string;
        margin: string;
        /** Of the margin. */
        change: string;
        /** Margin after, of the revenue after. */
        margin_percent: string | null;
        agreements: number;
        /** The first month in which the scenario reaches one of them. */
        hit: string | null;
        /** How many of them are sold below cost at some time. */
        below_cost: number;
      }>;
      products: Array<{
        product: string;
        name: string;
        currency: string;
        agreements: number;
        cost_before: string;
        cost: string;
        revenue_before: string;
        revenue: string;
        margin_before: string;
        margin: string;
        /** Of the margin. */
        change: string;
      }>;
      left_out: Array<{
        subscription: string;
        why: string;
      }>;
      /** Where the scenario was taken over: the book has its prices already. */
      taken_over: {
        /** By which it is taken back. */
        id: string;
        /** First day of its prices: from then on they are the book's own. */
        from: string;
        /** Business day on which it was taken over. */
        on: string;
      } | null;
      notes: Array<string>;
    };
  };
  "model quick": {
    ask: {
      /** A scenario file. */
      file?: string | null;
      /** Or one kept in the book or shipped with the program, by name. */
      name?: string | null;
      /** Or one written out. */
      scenario?: {
        /** Name. */
        name: string;
        /** Where its figures are from, and what to verify. */
        note?: string;
        /** First month; the month after the business day's without one. */
        first_month?: string | null;
        /** Months to look at; 36 without it. */
        horizon_months?: string | null;
        /** Seats lost for each share a price rises: `0.5` loses 5 % of the seats to a rise of 10 %. */
        elasticity?: string | null;
        /** The changes, in their order. */
        changes?: Array<{
          /** Name of the cause. */
          name?: string;
          /** First day. */
          from: string;
          /** Product: `ID:SKU`, or its name in the catalogue. */
          product?: string | null;
          /** Several products, likewise. */
          products?: Array<string>;
          /** The vendor's product id, beside `sku_id`. */
          product_id?: string | null;
          /** The vendor's SKU id. */
          sku_id?: string | null;
          /** `P1M`, `P1Y` or `P3Y`. */
          term?: string | null;
          /** `monthly`, `annual` or `triennial`. */
          plan?: string | null;
          /** Currency of the list price. */
          currency?: string | null;
          /** Price segment of the customer. */
          segment?: string | null;
          /** The customer, or those below this account. */
          account?: string | null;
          /** Change of the vendor's cost. */
          cost?: string | null;
          /** Change of the vendor's retail price. */
          erp?: string | null;
          /** The same in hundredths of a percent. */
          cost_change_bp?: string | null;
          /** The same in hundredths of a percent. */
          erp_change_bp?: string | null;
          /** Share of the change of cost customers pay; their price rules decide without it. */
          pass_on?: string | null;
          /** The same in hundredths of a percent. */
          pass_through_bp?: string | null;
          /** Number of a price list of `billhook prices lists`, announced or not, that takes the place of the one in force. */
          price_list?: string | null;
          /** Change of our price. */
          price?: string | null;
          /** When it bites: `renewal` (without it) or `at-once`. */
          bites?: string | null;
          /** A price rule that computes otherwise. */
          rule?: string | null;
          /** Its method. */
          method?: string | null;
          /** Its price or percentage. */
          value?: string | null;
          /** Its bands. */
          bands?: string | null;
          /** Change of the rate of `currency`: units of the customer's currency for one of it. */
          rate?: string | null;
          /** Change of the seats. */
          seats?: string | null;
          /** Term from the next renewal on. */
          to_term?: string | null;
          /** Billing plan from the next renewal on. */
          to_plan?: string | null;
          /** Code of the bundle the products are sold in from the next renewal on. */
          bundle?: string | null;
          /** Does not renew and runs on in the Extended Service Term. */
          extended?: boolean;
        }>;
      } | null;
      /** Months to look at, instead of the scenario's own. */
      horizon?: number | null;
      /** First month, instead of the scenario's own. */
      first?: string | null;
      /** A scenario that was taken over, by id or name: the book is looked at as if it had not been. */
      without?: string | null;
      /** Currency shown; the book's own without it. */
      currency?: string | null;
      /** First row of the accounts shown. */
      from?: number;
      /** How many rows. */
      rows?: number;
      /** `change` (without it, the worst first), `name`, `before` or `after`. */
      sort?: string | null;
      /** Turns the order round. */
      descending?: boolean;
      /** Rows of these accounts, in this order, instead: so that nothing changes its place while a slider moves. */
      accounts?: Array<string> | null;
    };
    answer: {
      currency: string;
      /** Other currencies there are. */
      currencies: Array<string>;
      first_month: string;
      /** Margin by month in minor units, for drawing. */
      before: Array<number>;
      after: Array<number>;
      /** After, less before. */
      differences: Array<number>;
      digits: number;
      cost_before: string;
      cost: string;
      revenue_before: string;
      revenue: string;
      margin_before: string;
      margin: string;
      /** Of the margin. */
      change: string;
      margin_percent_before: string | null;
      margin_percent: string | null;
      /** By how many percentage points it changes. */
      margin_points: string | null;
      winners: number;
      losers: number;
      /** Accounts in this currency. */
      accounts: number;
      /** The largest change of one of them, either way: what bars are drawn against. */
      largest: string;
      rows: Array<{
        account_id: string;
        name: string;
        cost_before: string;
        cost: string;
        revenue_before: string;
        revenue: string;
        margin_before: string;
        margin: string;
        /** Of the margin. */
        change: string;
        /** Margin after, of the revenue after. */
        margin_percent: string | null;
      }>;
      /** Where the scenario was taken over: the book has its prices already. */
      taken_over: {
        /** By which it is taken back. */
        id: string;
        /** First day of its prices: from then on they are the book's own. */
        from: string;
        /** Business day on which it was taken over. */
        on: string;
      } | null;
      notes: Array<string>;
    };
  };
  "model account": {
    ask: {
      /** A scenario file. */
      file?: string | null;
      /** Or one kept in the book or shipped with the program, by name. */
      name?: string | null;
      /** Or one written out. */
      scenario?: {
        /** Name. */
        name: string;
        /** Where its figures are from, and what to verify. */
        note?: string;
        /** First month; the month after the business day's without one. */
        first_month?: string | null;
        /** Months to look at; 36 without it. */
        horizon_months?: string | null;
        /** Seats lost for each share a price rises: `0.5` loses 5 % of the seats to a rise of 10 %. */
        elasticity?: string | null;
        /** The changes, in their order. */
        changes?: Array<{
          /** Name of the cause. */
          name?: string;
          /** First day. */
          from: string;
          /** Product: `ID:SKU`, or its name in the catalogue. */
          product?: string | null;
          /** Several products, likewise. */
          products?: Array<string>;
          /** The vendor's product id, beside `sku_id`. */
          product_id?: string | null;
          /** The vendor's SKU id. */
          sku_id?: string | null;
          /** `P1M`, `P1Y` or `P3Y`. */
          term?: string | null;
          /** `monthly`, `annual` or `triennial`. */
          plan?: string | null;
          /** Currency of the list price. */
          currency?: string | null;
          /** Price segment of the customer. */
          segment?: string | null;
          /** The customer, or those below this account. */
          account?: string | null;
          /** Change of the vendor's cost. */
          cost?: string | null;
          /** Change of the vendor's retail price. */
          erp?: string | null;
          /** The same in hundredths of a percent. */
          cost_change_bp?: string | null;
          /** The same in hundredths of a percent. */
          erp_change_bp?: string | null;
          /** Share of the change of cost customers pay; their price rules decide without it. */
          pass_on?: string | null;
          /** The same in hundredths of a percent. */
          pass_through_bp?: string | null;
          /** Number of a price list of `billhook prices lists`, announced or not, that takes the place of the one in force. */
          price_list?: string | null;
          /** Change of our price. */
          price?: string | null;
          /** When it bites: `renewal` (without it) or `at-once`. */
          bites?: string | null;
          /** A price rule that computes otherwise. */
          rule?: string | null;
          /** Its method. */
          method?: string | null;
          /** Its price or percentage. */
          value?: string | null;
          /** Its bands. */
          bands?: string | null;
          /** Change of the rate of `currency`: units of the customer's currency for one of it. */
          rate?: string | null;
          /** Change of the seats. */
          seats?: string | null;
          /** Term from the next renewal on. */
          to_term?: string | null;
          /** Billing plan from the next renewal on. */
          to_plan?: string | null;
          /** Code of the bundle the products are sold in from the next renewal on. */
          bundle?: string | null;
          /** Does not renew and runs on in the Extended Service Term. */
          extended?: boolean;
        }>;
      } | null;
      /** Months to look at, instead of the scenario's own. */
      horizon?: number | null;
      /** First month, instead of the scenario's own. */
      first?: string | null;
      /** A scenario that was taken over, by id or name: the book is looked at as if it had not been. */
      without?: string | null;
      /** The account. */
      account: string;
    };
    answer: {
      account_ref: string;
      account_id: string;
      name: string;
      currency: string;
      cost_before: string;
      cost: string;
      revenue_before: string;
      revenue: string;
      margin_before: string;
      margin: string;
      /** Of the margin. */
      change: string;
      /** Margin of the revenue, as the book is. */
      margin_percent_before: string | null;
      /** The same under the scenario. */
      margin_percent: string | null;
      months: Array<{
        month: string;
        cost_before: string;
        cost: string;
        revenue_before: string;
        revenue: string;
        margin_before: string;
        margin: string;
        /** Of the margin. */
        change: string;
      }>;
    };
  };
  "model compare": {
    ask: {
      /** Two to four, over the months of the first. */
      scenarios: Array<{
        /** A scenario file. */
        file?: string | null;
        /** Or one kept in the book or shipped with the program, by name. */
        name?: string | null;
        /** Or one written out. */
        scenario?: {
          /** Name. */
          name: string;
          /** Where its figures are from, and what to verify. */
          note?: string;
          /** First month; the month after the business day's without one. */
          first_month?: string | null;
          /** Months to look at; 36 without it. */
          horizon_months?: string | null;
          /** Seats lost for each share a price rises: `0.5` loses 5 % of the seats to a rise of 10 %. */
          elasticity?: string | null;
          /** The changes, in their order. */
          changes?: Array<{
            /** Name of the cause. */
            name?: string;
            /** First day. */
            from: string;
            /** Product: `ID:SKU`, or its name in the catalogue. */
            product?: string | null;
            /** Several products, likewise. */
            products?: Array<string>;
            /** The vendor's product id, beside `sku_id`. */
            product_id?: string | null;
            /** The vendor's SKU id. */
            sku_id?: string | null;
            /** `P1M`, `P1Y` or `P3Y`. */
            term?: string | null;
            /** `monthly`, `annual` or `triennial`. */
            plan?: string | null;
            /** Currency of the list price. */
            currency?: string | null;
            /** Price segment of the customer. */
            segment?: string | null;
            /** The customer, or those below this account. */
            account?: string | null;
            /** Change of the vendor's cost. */
            cost?: string | null;
            /** Change of the vendor's retail price. */
            erp?: string | null;
            /** The same in hundredths of a percent. */
            cost_change_bp?: string | null;
            /** The same in hundredths of a percent. */
            erp_change_bp?: string | null;
            /** Share of the change of cost customers pay; their price rules decide without it. */
            pass_on?: string | null;
            /** The same in hundredths of a percent. */
            pass_through_bp?: string | null;
            /** Number of a price list of `billhook prices lists`, announced or not, that takes the place of the one in force. */
            price_list?: string | null;
            /** Change of our price. */
            price?: string | null;
            /** When it bites: `renewal` (without it) or `at-once`. */
            bites?: string | null;
            /** A price rule that computes otherwise. */
            rule?: string | null;
            /** Its method. */
            method?: string | null;
            /** Its price or percentage. */
            value?: string | null;
            /** Its bands. */
            bands?: string | null;
            /** Change of the rate of `currency`: units of the customer's currency for one of it. */
            rate?: string | null;
            /** Change of the seats. */
            seats?: string | null;
            /** Term from the next renewal on. */
            to_term?: string | null;
            /** Billing plan from the next renewal on. */
            to_plan?: string | null;
            /** Code of the bundle the products are sold in from the next renewal on. */
            bundle?: string | null;
            /** Does not renew and runs on in the Extended Service Term. */
            extended?: boolean;
          }>;
        } | null;
        /** Months to look at, instead of the scenario's own. */
        horizon?: number | null;
        /** First month, instead of the scenario's own. */
        first?: string | null;
        /** A scenario that was taken over, by id or name: the book is looked at as if it had not been. */
        without?: string | null;
      }>;
    };
    answer: {
      first_month: string;
      months: Array<string>;
      scenarios: Array<{
        scenario: string;
        currency: string;
        cost_before: string;
        cost: string;
        revenue_before: string;
        revenue: string;
        margin_before: string;
        margin: string;
        /** Of the margin. */
        change: string;
        margin_percent: string | null;
        winners: number;
        losers: number;
        /** Margin month by month. */
        margins: Array<string>;
      }>;
      notes: Array<string>;
    };
  };
  "model why": {
    ask: {
      /** A scenario file. */
      file?: string | null;
      /** Or one kept in the book or shipped with the program, by name. */
      name?: string | null;
      /** Or one written out. */
      scenario?: {
        /** Name. */
        name: string;
        /** Where its figures are from, and what to verify. */
        note?: string;
        /** First month; the month after the business day's without one. */
        first_month?: string | null;
        /** Months to look at; 36 without it. */
        horizon_months?: string | null;
        /** Seats lost for each share a price rises: `0.5` loses 5 % of the seats to a rise of 10 %. */
        elasticity?: string | null;
        /** The changes, in their order. */
        changes?: Array<{
          /** Name of the cause. */
          name?: string;
          /** First day. */
          from: string;
          /** Product: `ID:SKU`, or its name in the catalogue. */
          product?: string | null;
          /** Several products, likewise. */
          products?: Array<string>;
          /** The vendor's product id, beside `sku_id`. */
          product_id?: string | null;
          /** The vendor's SKU id. */
          sku_id?: string | null;
          /** `P1M`, `P1Y` or `P3Y`. */
          term?: string | null;
          /** `monthly`, `annual` or `triennial`. */
          plan?: string | null;
          /** Currency of the list price. */
          currency?: string | null;
          /** Price segment of the customer. */
          segment?: string | null;
          /** The customer, or those below this account. */
          account?: string | null;
          /** Change of the vendor's cost. */
          cost?: string | null;
          /** Change of the vendor's retail price. */
          erp?: string | null;
          /** The same in hundredths of a percent. */
          cost_change_bp?: string | null;
          /** The same in hundredths of a percent. */
          erp_change_bp?: string | null;
          /** Share of the change of cost customers pay; their price rules decide without it. */
          pass_on?: string | null;
          /** The same in hundredths of a percent. */
          pass_through_bp?: string | null;
          /** Number of a price list of `billhook prices lists`, announced or not, that takes the place of the one in force. */
          price_list?: string | null;
          /** Change of our price. */
          price?: string | null;
          /** When it bites: `renewal` (without it) or `at-once`. */
          bites?: string | null;
          /** A price rule that computes otherwise. */
          rule?: string | null;
          /** Its method. */
          method?: string | null;
          /** Its price or percentage. */
          value?: string | null;
          /** Its bands. */
          bands?: string | null;
          /** Change of the rate of `currency`: units of the customer's currency for one of it. */
          rate?: string | null;
          /** Change of the seats. */
          seats?: string | null;
          /** Term from the next renewal on. */
          to_term?: string | null;
          /** Billing plan from the next renewal on. */
          to_plan?: string | null;
          /** Code of the bundle the products are sold in from the next renewal on. */
          bundle?: string | null;
          /** Does not renew and runs on in the Extended Service Term. */
          extended?: boolean;
        }>;
      } | null;
      /** Months to look at, instead of the scenario's own. */
      horizon?: number | null;
      /** First month, instead of the scenario's own. */
      first?: string | null;
      /** A scenario that was taken over, by id or name: the book is looked at as if it had not been. */
      without?: string | null;
      /** Whose month. */
      account: string;
      /** Which month. */
      month: string;
    };
    answer: {
      account_ref: string;
      name: string;
      month: string;
      currency: string;
      cost_before: string;
      cost: string;
      revenue_before: string;
      revenue: string;
      margin_before: string;
      margin: string;
      /** Of the margin. */
      change: string;
      agreements: Array<{
        subscription_ref: string;
        subscription_id: string;
        name: string;
        /** Seats charged; by how many they change, where they do within a cycle. */
        quantity: string;
        /** The day of such a change. */
        changed: string | null;
        currency: string;
        revenue: string;
        cost: string;
        margin: string;
        sold: Array<{
          /** The rule applied. */
          rule: string;
          /** Named inputs, in the order a reader expects. */
          inputs: Array<{
            /** Its name. */
            name: string;
            /** Its value. */
            value: string;
          }>;
          /** What came out. */
          result: string;
          /** Where the inputs came from. */
          from: Array<string>;
        }>;
        bought: Array<{
          /** The rule applied. */
          rule: string;
          /** Named inputs, in the order a reader expects. */
          inputs: Array<{
            /** Its name. */
            name: string;
            /** Its value. */
            value: string;
          }>;
          /** What came out. */
          result: string;
          /** Where the inputs came from. */
          from: Array<string>;
        }>;
      }>;
    };
  };
  "model apply": {
    ask: {
      /** A scenario file. */
      file?: string | null;
      /** Or one kept in the book or shipped with the program, by name. */
      name?: string | null;
      /** Or one written out. */
      scenario?: {
        /** Name. */
        name: string;
        /** Where its figures are from, and what to verify. */
        note?: string;
        /** First month; the month after the business day's without one. */
        first_month?: string | null;
        /** Months to look at; 36 without it. */
        horizon_months?: string | null;
        /** Seats lost for each share a price rises: `0.5` loses 5 % of the seats to a rise of 10 %. */
        elasticity?: string | null;
        /** The changes, in their order. */
        changes?: Array<{
          /** Name of the cause. */
          name?: string;
          /** First day. */
          from: string;
          /** Product: `ID:SKU`, or its name in the catalogue. */
          product?: string | null;
          /** Several products, likewise. */
          products?: Array<string>;
          /** The vendor's product id, beside `sku_id`. */
          product_id?: string | null;
          /** The vendor's SKU id. */
          sku_id?: string | null;
          /** `P1M`, `P1Y` or `P3Y`. */
          term?: string | null;
          /** `monthly`, `annual` or `triennial`. */
          plan?: string | null;
          /** Currency of the list price. */
          currency?: string | null;
          /** Price segment of the customer. */
          segment?: string | null;
          /** The customer, or those below this account. */
          account?: string | null;
          /** Change of the vendor's cost. */
          cost?: string | null;
          /** Change of the vendor's retail price. */
          erp?: string | null;
          /** The same in hundredths of a percent. */
          cost_change_bp?: string | null;
          /** The same in hundredths of a percent. */
          erp_change_bp?: string | null;
          /** Share of the change of cost customers pay; their price rules decide without it. */
          pass_on?: string | null;
          /** The same in hundredths of a percent. */
          pass_through_bp?: string | null;
          /** Number of a price list of `billhook prices lists`, announced or not, that takes the place of the one in force. */
          price_list?: string | null;
          /** Change of our price. */
          price?: string | null;
          /** When it bites: `renewal` (without it) or `at-once`. */
          bites?: string | null;
          /** A price rule that computes otherwise. */
          rule?: string | null;
          /** Its method. */
          method?: string | null;
          /** Its price or percentage. */
          value?: string | null;
          /** Its bands. */
          bands?: string | null;
          /** Change of the rate of `currency`: units of the customer's currency for one of it. */
          rate?: string | null;
          /** Change of the seats. */
          seats?: string | null;
          /** Term from the next renewal on. */
          to_term?: string | null;
          /** Billing plan from the next renewal on. */
          to_plan?: string | null;
          /** Code of the bundle the products are sold in from the next renewal on. */
          bundle?: string | null;
          /** Does not renew and runs on in the Extended Service Term. */
          extended?: boolean;
        }>;
      } | null;
      /** Months to look at, instead of the scenario's own. */
      horizon?: number | null;
      /** First month, instead of the scenario's own. */
      first?: string | null;
      /** A scenario that was taken over, by id or name: the book is looked at as if it had not been. */
      without?: string | null;
      /** First day charges have the new prices; earlier ones stay. */
      from: string;
      /** Only for customers who accepted the letters of this campaign. */
      accepted?: string | null;
    };
    answer: {
      id: string;
      scenario: string;
      from: string;
      /** The day after the last on which the rules of single agreements hold. */
      until: string;
      /** Rules of the book that got a further version. */
      versions: Array<string>;
      /** Agreements that got a price of their own. */
      agreements: number;
      left: Array<{
        subscription: string;
        /** Why an agreement stays as it is. */
        reason: "reshaped" | "no_rule";
        /** The reason in words. */
        why: string;
      }>;
      notes: Array<string>;
    };
  };
  "model applied": {
    ask: Record<string, never>;
    answer: {
      applied: Array<{
        id: string;
        /** A scenario as it is written down. Amounts and shares are text: `3 %`, `+0.50`, `= 12.00`, `6.00 -> 7.00`. */
        scenario: {
          /** Name. */
          name: string;
          /** Where its figures are from, and what to verify. */
          note?: string;
          /** First month; the month after the business day's without one. */
          first_month?: string | null;
          /** Months to look at; 36 without it. */
          horizon_months?: string | null;
          /** Seats lost for each share a price rises: `0.5` loses 5 % of the seats to a rise of 10 %. */
          elasticity?: string | null;
          /** The changes, in their order. */
          changes: Array<{
            /** Name of the cause. */
            name?: string;
            /** First day. */
            from: string;
            /** Product: `ID:SKU`, or its name in the catalogue. */
            product?: string | null;
            /** Several products, likewise. */
            products?: Array<string>;
            /** The vendor's product id, beside `sku_id`. */
            product_id?: string | null;
            /** The vendor's SKU id. */
            sku_id?: string | null;
            /** `P1M`, `P1Y` or `P3Y`. */
            term?: string | null;
            /** `monthly`, `annual` or `triennial`. */
            plan?: string | null;
            /** Currency of the list price. */
            currency?: string | null;
            /** Price segment of the customer. */
            segment?: string | null;
            /** The customer, or those below this account. */
            account?: string | null;
            /** Change of the vendor's cost. */
            cost?: string | null;
            /** Change of the vendor's retail price. */
            erp?: string | null;
            /** The same in hundredths of a percent. */
            cost_change_bp?: string | null;
            /** The same in hundredths of a percent. */
            erp_change_bp?: string | null;
            /** Share of the change of cost customers pay; their price rules decide without it. */
            pass_on?: string | null;
            /** The same in hundredths of a percent. */
            pass_through_bp?: string | null;
            /** Number of a price list of `billhook prices lists`, announced or not, that takes the place of the one in force. */
            price_list?: string | null;
            /** Change of our price. */
            price?: string | null;
            /** When it bites: `renewal` (without it) or `at-once`. */
            bites?: string | null;
            /** A price rule that computes otherwise. */
            rule?: string | null;
            /** Its method. */
            method?: string | null;
            /** Its price or percentage. */
            value?: string | null;
            /** Its bands. */
            bands?: string | null;
            /** Change of the rate of `currency`: units of the customer's currency for one of it. */
            rate?: string | null;
            /** Change of the seats. */
            seats?: string | null;
            /** Term from the next renewal on. */
            to_term?: string | null;
            /** Billing plan from the next renewal on. */
            to_plan?: string | null;
            /** Code of the bundle the products are sold in from the next renewal on. */
            bundle?: string | null;
            /** Does not renew and runs on in the Extended Service Term. */
            extended?: boolean;
          }>;
        };
        /** First day of its prices. */
        from: string;
        /** Business day on which it was taken over. */
        on: string;
        /** Names of the rules it made. */
        rules: Array<string>;
        /** The version of each that it made. */
        versions: Array<number>;
        /** The counter of prices by which the rules are known as they were before. */
        prices: number;
        /** Invoices the book had then. */
        invoices: number;
        /** Taken back. */
        undone: boolean;
      }>;
    };
  };
  "model undo": {
    ask: {
      /** The book's id or the source's. */
      id: string;
    };
    answer: {
      applied: Array<{
        id: string;
        /** A scenario as it is written down. Amounts and shares are text: `3 %`, `+0.50`, `= 12.00`, `6.00 -> 7.00`. */
        scenario: {
          /** Name. */
          name: string;
          /** Where its figures are from, and what to verify. */
          note?: string;
          /** First month; the month after the business day's without one. */
          first_month?: string | null;
          /** Months to look at; 36 without it. */
          horizon_months?: string | null;
          /** Seats lost for each share a price rises: `0.5` loses 5 % of the seats to a rise of 10 %. */
          elasticity?: string | null;
          /** The changes, in their order. */
          changes: Array<{
            /** Name of the cause. */
            name?: string;
            /** First day. */
            from: string;
            /** Product: `ID:SKU`, or its name in the catalogue. */
            product?: string | null;
            /** Several products, likewise. */
            products?: Array<string>;
            /** The vendor's product id, beside `sku_id`. */
            product_id?: string | null;
            /** The vendor's SKU id. */
            sku_id?: string | null;
            /** `P1M`, `P1Y` or `P3Y`. */
            term?: string | null;
            /** `monthly`, `annual` or `triennial`. */
            plan?: string | null;
            /** Currency of the list price. */
            currency?: string | null;
            /** Price segment of the customer. */
            segment?: string | null;
            /** The customer, or those below this account. */
            account?: string | null;
            /** Change of the vendor's cost. */
            cost?: string | null;
            /** Change of the vendor's retail price. */
            erp?: string | null;
            /** The same in hundredths of a percent. */
            cost_change_bp?: string | null;
            /** The same in hundredths of a percent. */
            erp_change_bp?: string | null;
            /** Share of the change of cost customers pay; their price rules decide without it. */
            pass_on?: string | null;
            /** The same in hundredths of a percent. */
            pass_through_bp?: string | null;
            /** Number of a price list of `billhook prices lists`, announced or not, that takes the place of the one in force. */
            price_list?: string | null;
            /** Change of our price. */
            price?: string | null;
            /** When it bites: `renewal` (without it) or `at-once`. */
            bites?: string | null;
            /** A price rule that computes otherwise. */
            rule?: string | null;
            /** Its method. */
            method?: string | null;
            /** Its price or percentage. */
            value?: string | null;
            /** Its bands. */
            bands?: string | null;
            /** Change of the rate of `currency`: units of the customer's currency for one of it. */
            rate?: string | null;
            /** Change of the seats. */
            seats?: string | null;
            /** Term from the next renewal on. */
            to_term?: string | null;
            /** Billing plan from the next renewal on. */
            to_plan?: string | null;
            /** Code of the bundle the products are sold in from the next renewal on. */
            bundle?: string | null;
            /** Does not renew and runs on in the Extended Service Term. */
            extended?: boolean;
          }>;
        };
        /** First day of its prices. */
        from: string;
        /** Business day on which it was taken over. */
        on: string;
        /** Names of the rules it made. */
        rules: Array<string>;
        /** The version of each that it made. */
        versions: Array<number>;
        /** The counter of prices by which the rules are known as they were before. */
        prices: number;
        /** Invoices the book had then. */
        invoices: number;
        /** Taken back. */
        undone: boolean;
      }>;
    };
  };
  "model letters": {
    ask: {
      /** A scenario file. */
      file?: string | null;
      /** Or one kept in the book or shipped with the program, by name. */
      name?: string | null;
      /** Or one written out. */
      scenario?: {
        /** Name. */
        name: string;
        /** Where its figures are from, and what to verify. */
        note?: string;
        /** First month; the month after the business day's without one. */
        first_month?: string | null;
        /** Months to look at; 36 without it. */
        horizon_months?: string | null;
        /** Seats lost for each share a price rises: `0.5` loses 5 % of the seats to a rise of 10 %. */
        elasticity?: string | null;
        /** The changes, in their order. */
        changes?: Array<{
          /** Name of the cause. */
          name?: string;
          /** First day. */
          from: string;
          /** Product: `ID:SKU`, or its name in the catalogue. */
          product?: string | null;
          /** Several products, likewise. */
          products?: Array<string>;
          /** The vendor's product id, beside `sku_id`. */
          product_id?: string | null;
          /** The vendor's SKU id. */
          sku_id?: string | null;
          /** `P1M`, `P1Y` or `P3Y`. */
          term?: string | null;
          /** `monthly`, `annual` or `triennial`. */
          plan?: string | null;
          /** Currency of the list price. */
          currency?: string | null;
          /** Price segment of the customer. */
          segment?: string | null;
          /** The customer, or those below this account. */
          account?: string | null;
          /** Change of the vendor's cost. */
          cost?: string | null;
          /** Change of the vendor's retail price. */
          erp?: string | null;
          /** The same in hundredths of a percent. */
          cost_change_bp?: string | null;
          /** The same in hundredths of a percent. */
          erp_change_bp?: string | null;
          /** Share of the change of cost customers pay; their price rules decide without it. */
          pass_on?: string | null;
          /** The same in hundredths of a percent. */
          pass_through_bp?: string | null;
          /** Number of a price list of `billhook prices lists`, announced or not, that takes the place of the one in force. */
          price_list?: string | null;
          /** Change of our price. */
          price?: string | null;
          /** When it bites: `renewal` (without it) or `at-once`. */
          bites?: string | null;
          /** A price rule that computes otherwise. */
          rule?: string | null;
          /** Its method. */
          method?: string | null;
          /** Its price or percentage. */
          value?: string | null;
          /** Its bands. */
          bands?: string | null;
          /** Change of the rate of `currency`: units of the customer's currency for one of it. */
          rate?: string | null;
          /** Change of the seats. */
          seats?: string | null;
          /** Term from the next renewal on. */
          to_term?: string | null;
          /** Billing plan from the next renewal on. */
          to_plan?: string | null;
          /** Code of the bundle the products are sold in from the next renewal on. */
          bundle?: string | null;
          /** Does not renew and runs on in the Extended Service Term. */
          extended?: boolean;
        }>;
      } | null;
      /** Months to look at, instead of the scenario's own. */
      horizon?: number | null;
      /** First month, instead of the scenario's own. */
      first?: string | null;
      /** A scenario that was taken over, by id or name: the book is looked at as if it had not been. */
      without?: string | null;
      /** First day charges have the new prices. */
      from: string;
      /** Folder for the letters and their list. */
      to: string;
      /** Only this account. */
      account?: string | null;
      /** Until when customers may answer. */
      answer_by?: string | null;
      /** The seller's own words, a paragraph each. */
      words?: Array<string>;
    };
    answer: {
      id: string;
      scenario: string;
      /** First day of the new prices. */
      from: string;
      /** Business day of the letters. */
      on: string;
      answer_by: string | null;
      customers: Array<{
        account_ref: string;
        account_id: string;
        name: string;
        currency: string;
        /** Products whose price changes. */
        products: number;
        /** Twelve months at the old prices, net. */
        year_before: string;
        /** The same at the new ones. */
        year_after: string;
        /** What the offered other terms would save in a year. */
        saving: string;
        /** The letter's file. */
        file: string;
        /** What a customer said to a letter. */
        answer: "open" | "accepted" | "declined";
        /** The day of the answer. */
        answered: string | null;
        /** What was said with it. */
        note: string;
      }>;
    };
  };
  "model campaigns": {
    ask: Record<string, never>;
    answer: {
      campaigns: Array<{
        id: string;
        scenario: string;
        /** First day of the new prices. */
        from: string;
        /** Business day of the letters. */
        on: string;
        answer_by: string | null;
        customers: Array<{
          account_ref: string;
          account_id: string;
          name: string;
          currency: string;
          /** Products whose price changes. */
          products: number;
          /** Twelve months at the old prices, net. */
          year_before: string;
          /** The same at the new ones. */
          year_after: string;
          /** What the offered other terms would save in a year. */
          saving: string;
          /** The letter's file. */
          file: string;
          /** What a customer said to a letter. */
          answer: "open" | "accepted" | "declined";
          /** The day of the answer. */
          answered: string | null;
          /** What was said with it. */
          note: string;
        }>;
      }>;
    };
  };
  "model answer": {
    ask: {
      /** Campaign, by id or the name of its scenario (the latest then). */
      id: string;
      account: string;
      /** What a customer said to a letter. */
      answer: "open" | "accepted" | "declined";
      /** The day; the business day without it. */
      on?: string | null;
      note?: string;
    };
    answer: {
      id: string;
      scenario: string;
      /** First day of the new prices. */
      from: string;
      /** Business day of the letters. */
      on: string;
      answer_by: string | null;
      customers: Array<{
        account_ref: string;
        account_id: string;
        name: string;
        currency: string;
        /** Products whose price changes. */
        products: number;
        /** Twelve months at the old prices, net. */
        year_before: string;
        /** The same at the new ones. */
        year_after: string;
        /** What the offered other terms would save in a year. */
        saving: string;
        /** The letter's file. */
        file: string;
        /** What a customer said to a letter. */
        answer: "open" | "accepted" | "declined";
        /** The day of the answer. */
        answered: string | null;
        /** What was said with it. */
        note: string;
      }>;
    };
  };
  "report margin": {
    ask: {
      /** Billing month. */
      period: string;
      /** `account`, `reseller`, `product` or `vendor`. */
      by?: string | null;
      /** Also write the rows here, as CSV. */
      csv?: string | null;
    };
    answer: {
      period: string;
      by: string;
      /** What the margin is the difference of, in words. */
      measure: string;
      rows: Array<{
        ref: string;
        name: string;
        currency: string;
        lines: number;
        net: string;
        cost: string;
        margin: string;
        margin_percent: string | null;
        /** Net of lines whose cost is not known: they count as margin in full. */
        without_cost: string;
      }>;
      totals: Array<{
        ref: string;
        name: string;
        currency: string;
        lines: number;
        net: string;
        cost: string;
        margin: string;
        margin_percent: string | null;
        /** Net of lines whose cost is not known: they count as margin in full. */
        without_cost: string;
      }>;
    };
  };
  "report sales": {
    ask: {
      /** Billing month. */
      period: string;
      /** `account`, `reseller`, `product` or `vendor`. */
      by?: string | null;
      /** Also write the rows here, as CSV. */
      csv?: string | null;
    };
    answer: {
      period: string;
      by: string;
      rows: Array<{
        ref: string;
        name: string;
        currency: string;
        lines: number;
        net: string;
        share_percent: string | null;
      }>;
      totals: Array<{
        ref: string;
        name: string;
        currency: string;
        lines: number;
        net: string;
        share_percent: string | null;
      }>;
    };
  };
  "ledger trial-balance": {
    ask: Record<string, never>;
    answer: {
      accounts: Array<{
        account: string;
        currency: string;
        debit: string | null;
        credit: string | null;
        balance: string;
      }>;
      sums: Array<{
        currency: string;
        debit: string;
        credit: string;
        balance: string;
      }>;
    };
  };
  "ledger export": {
    ask: {
      format: string;
      to?: string | null;
    };
    answer: {
      text?: string | null;
      file?: string | null;
      entries: number;
    };
  };
  "errors list": {
    ask: Record<string, never>;
    answer: {
      codes: Array<{
        /** The code. */
        code: string;
        /** The exit status it ends with. */
        exit: "usage" | "in_use" | "key" | "refused" | "storage" | "integrity" | "too_new" | "network" | "guard";
        /** When it appears. */
        when: string;
        /** What was kept. */
        kept: string;
        /** What to do. */
        hint: string;
      }>;
      problems: Array<{
        code: string;
        when: string;
      }>;
      guards: Array<{
        code: string;
        when: string;
      }>;
    };
  };
  "limits show": {
    ask: Record<string, never>;
    answer: {
      limits: Array<{
        what: string;
        limit: string;
        code: string;
      }>;
    };
  };
  "security show": {
    ask: Record<string, never>;
    answer: {
      program: string;
      sqlite: string;
      sqlcipher: string;
      schema: number;
      documents: string;
      key_slots: Array<string>;
      slots_cipher: string;
      passphrase_kdf: string | null;
      pragmas: Array<{
        name: string;
        value: string;
      }>;
    };
  };
}
