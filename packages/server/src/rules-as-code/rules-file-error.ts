/** A file that cannot be read. The message has one line for each fault: `transfer.yaml:12: …`. */
export class RulesFileError extends Error {}
