/** A mistake in the text, from one character to another. */
export interface JsonMistake {
  from: number
  to: number
  message: string
}

export interface JsonEditorProps {
  label: string
  value: string
  onValue: (value: string) => void
  /** What is wrong beyond the form of JSON, found in the text that is given. */
  findMistakes?: (text: string) => readonly JsonMistake[]
  isReadOnly?: boolean
}
