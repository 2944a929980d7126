import { lazy, Suspense } from 'react'
import type { JsonEditorProps } from './json-editor-props.ts'
import { Skeleton } from './skeleton.tsx'

const Editor = lazy(() => import('./code-editor.tsx'))

/** A text field that knows JSON. It is loaded when it is first shown. */
export function JsonEditor(props: JsonEditorProps) {
  return (
    <Suspense fallback={<Skeleton lines={4} what="the editor" />}>
      <Editor {...props} />
    </Suspense>
  )
}
