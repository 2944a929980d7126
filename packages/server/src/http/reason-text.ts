import { storableText } from './identifier.ts'

/** Why somebody does something, in words. */
export const reasonText = storableText(1000).regex(/\S/, 'is empty')
