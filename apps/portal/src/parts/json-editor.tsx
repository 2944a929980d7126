import { lazy, Suspense } from 'react'
import { Skeleton } from './skeleton.tsx'

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

const Editor = lazy(() => import('./code-editor.tsx'))

/** A text field that knows JSON. It is loaded when it is first shown. */
export function JsonEditor(props: JsonEditorProps) {
  return (
    <Suspense fallback={<Skeleton lines={4} what="the editor" />}>
      <Editor {...props} />
    </Suspense>
  )
}
