// What the pages need from whatever they run in. Only tauri.ts knows which that is.

/** A chosen book as the pages may know it: never a path. */
export interface Place {
  name: string;
}

/** Why something could not be done: what happened, what was kept, what to do. */
export interface Failure {
  code: string;
  message: string;
  kept: string;
  hints: string[];
}

export interface Host {
  /** The book that is chosen now, if one is. */
  place(): Promise<Place | null>;
  /** Asks for a book with the system's own dialog. */
  choose(): Promise<Place | null>;
  /** Opens the chosen book; rejects with a Failure. */
  unlock(passphrase: string): Promise<void>;
  /** Closes the book and forgets its keys. */
  lock(): Promise<void>;
  /** Runs one of the program's commands; rejects with a Failure. */
  call(name: string, args: unknown): Promise<unknown>;
}
