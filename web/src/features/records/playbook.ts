/** A playbook as it stands beside an operation's form. */
export interface PlaybookItem {
  key: string;
  text: string;
  /** What to say to it, where it is the customer who says it. */
  answer: string | null;
}

/** What to say at the contact whose turn it is. */
export interface Playbook {
  key: string;
  label: string;
  version: number;
  contact: {
    key: string;
    label: string;
    sections: { key: string; label: string; items: PlaybookItem[] }[];
  };
}
