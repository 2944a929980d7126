/** A file that can not be read, with one line for each thing that is wrong: `transfer.yaml:12: …`. */
export class RulesFileError extends Error {}
