import type { DataType } from './guess-type.ts'

export const typeWords: Readonly<Record<DataType, string>> = { text: 'text', number: 'number', boolean: 'yes or no', multiselect: 'list' }

export const typeOptions: readonly { value: DataType; label: string }[] = [
  { value: 'text', label: 'text' },
  { value: 'number', label: 'number; a text that is one becomes one' },
  { value: 'boolean', label: 'yes or no (boolean)' },
  { value: 'multiselect', label: 'list of texts' },
]
