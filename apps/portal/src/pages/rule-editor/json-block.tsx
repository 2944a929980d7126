import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { JsonEditor } from '../../parts/json-editor.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { formatJson } from '../../rule-tree/format-json.ts'
import { pathKey, replaceAt } from '../../rule-tree/json-place.ts'
import { parseJson } from '../../rule-tree/parse-json.ts'
import type { TreeJson } from '../../rule-tree/read-tree.ts'
import { useBuilder } from './builder-context.ts'

/** A part that the builder cannot draw: what it says, and its JSON, untouched unless somebody edits it. */
export function JsonBlock({ node }: { node: TreeJson }) {
  const { conditions, change } = useBuilder()
  const [text, setText] = useState<string>()
  const parsed = text === undefined ? undefined : parseJson(text)
  return (
    <div className="min-w-0 flex-1 rounded-md border border-dashed border-line-strong p-2">
      <p className="mb-1 text-xs text-soft">JSON that the builder does not draw. It stays exactly as it is.</p>
      {text === undefined ? (
        <>
          <pre dir="ltr" className="overflow-x-auto font-mono text-xs whitespace-pre-wrap">
            {formatJson(node.logic, 48)
              .split('\n')
              .map((line, place) => (
                <div key={place}>
                  <UserText>{line}</UserText>
                </div>
              ))}
          </pre>
          <Button
            look="quiet"
            icon="edit"
            data-focus={pathKey(node.path)}
            onClick={() => setText(formatJson(node.logic, 48))}
            className="mt-1 h-7 px-2 text-xs text-soft"
          >
            Edit this JSON
          </Button>
        </>
      ) : (
        <>
          <JsonEditor label="JSON of this part" value={text} onValue={setText} />
          <div className="mt-1 flex gap-1">
            <Button
              look="primary"
              disabled={parsed === undefined}
              onClick={() => {
                if (parsed !== undefined && conditions !== undefined) change(replaceAt(conditions, node.path, parsed.value))
                setText(undefined)
              }}
              className="h-7"
            >
              Use it
            </Button>
            <Button look="quiet" onClick={() => setText(undefined)} className="h-7">
              Leave it
            </Button>
          </div>
        </>
      )}
    </div>
  )
}
