import type { JsonValue } from '@sallyport/engine/facts'
import { useEffect, useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { JsonEditor } from '../../parts/json-editor.tsx'
import type { JsonMistake } from '../../parts/json-editor-props.ts'
import type { RuleProblem } from '../../rule-tree/find-problems.ts'
import { formatJson } from '../../rule-tree/format-json.ts'
import { pathKey } from '../../rule-tree/json-place.ts'
import { parseJson } from '../../rule-tree/parse-json.ts'

/** The conditions as JSON, in step with the builder. What is typed here stays as it is typed, while it means the same. */
export function JsonFace({
  conditions,
  onChange,
  problemsOf,
  isReadOnly,
}: {
  conditions: JsonValue | undefined
  onChange: (conditions: JsonValue | undefined, kind: string) => void
  /** What the engine says about other conditions. */
  problemsOf: (conditions: JsonValue | undefined) => readonly RuleProblem[]
  isReadOnly: boolean
}) {
  const [text, setText] = useState(() => write(conditions))
  const parsed = read(text)
  const isInStep = parsed !== undefined && same(parsed.value, conditions)
  useEffect(() => {
    setText((typed) => {
      const typedNow = read(typed)
      return typedNow !== undefined && same(typedNow.value, conditions) ? typed : write(conditions)
    })
  }, [conditions])

  const type = (next: string) => {
    setText(next)
    const now = read(next)
    if (now !== undefined && isConditions(now.value) && !same(now.value, conditions)) onChange(now.value, 'json')
  }
  const findMistakes = (typed: string): JsonMistake[] => {
    const now = read(typed)
    if (now?.spans === undefined) return []
    if (!isConditions(now.value)) return [{ from: 0, to: typed.length, message: 'Conditions are an object with one operator.' }]
    const found = problemsOf(now.value).flatMap(({ path, message, severity }) => {
      const span = path === undefined || severity === 'warning' ? undefined : now.spans?.get(pathKey(path))
      return span === undefined ? [] : [{ ...span, message }]
    })
    return [...now.losses, ...found]
  }
  return (
    <div>
      <JsonEditor label="Conditions as JSON" value={text} onValue={type} findMistakes={findMistakes} isReadOnly={isReadOnly} />
      <div className="mt-1 flex min-h-7 flex-wrap items-center gap-2">
        <p role="status" className={`min-w-0 flex-1 text-xs ${isInStep ? 'text-soft' : 'text-challenge'}`}>
          {isInStep
            ? 'In step with the builder. Saved exactly as it stands here.'
            : 'This is not a condition yet. The builder and the sentence show the last one.'}
        </p>
        {!isReadOnly && (
          <Button look="quiet" className="h-7 px-2 text-xs text-soft" onClick={() => setText(write(conditions))}>
            {isInStep ? 'Tidy up' : 'Back to the last one'}
          </Button>
        )}
      </div>
    </div>
  )
}

/** No conditions and no text are the same. */
function read(text: string) {
  return text.trim() === '' ? { value: undefined, spans: undefined, losses: [] } : parseJson(text)
}

function write(conditions: JsonValue | undefined): string {
  return formatJson(conditions ?? {}, 56)
}

function isConditions(value: JsonValue | undefined): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))
}

/** The same JSON to the last byte; none at all is as good as `{}`. */
function same(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return JSON.stringify(a ?? {}) === JSON.stringify(b ?? {})
}
