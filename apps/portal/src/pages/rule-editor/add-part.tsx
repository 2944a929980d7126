import type { JsonValue } from '@sallyport/engine/facts'
import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { JsonEditor } from '../../parts/json-editor.tsx'
import { insertPart } from '../../rule-tree/edit-tree.ts'
import { pathKey } from '../../rule-tree/json-place.ts'
import { parseJson } from '../../rule-tree/parse-json.ts'
import type { TreeGroup } from '../../rule-tree/read-tree.ts'
import { suggestLimit } from '../../rule-tree/recent-values.ts'
import type { SignalChoice } from '../../rule-tree/signal-choices.ts'
import { freshCondition } from '../../rule-tree/test-choices.ts'
import { useBuilder } from './builder-context.ts'
import { SignalPicker } from './signal-picker.tsx'

/** What can be added to a group; without one, to the conditions as a whole. */
export function AddPart({ group, isFirst = false }: { group?: TreeGroup; isFirst?: boolean }) {
  const { conditions, change, recent, open } = useBuilder()
  const [isPasting, setPasting] = useState(false)
  const insert = (logic: JsonValue) => {
    const added = insertPart(conditions, logic, group)
    change(added.conditions, { focus: added.path })
    open(pathKey(added.path))
  }
  const add = (signal: SignalChoice) => insert(freshCondition(signal, suggestLimit(recent?.bySignal.get(signal.name))))
  const look = isFirst ? 'plain' : 'quiet'
  const className = isFirst ? '' : 'h-7 px-2 text-soft'
  return (
    <div className="flex flex-wrap gap-1 py-1">
      <SignalPicker
        title="Add a condition"
        onPick={add}
        trigger={
          <Button
            look={isFirst ? 'primary' : 'quiet'}
            icon="plus"
            className={className}
            data-add={group === undefined ? 'all' : pathKey(group.path)}
          >
            Condition
          </Button>
        }
      />
      <SignalPicker
        title="Add a group that begins with a condition"
        onPick={(signal) => {
          const inner = freshCondition(signal, suggestLimit(recent?.bySignal.get(signal.name)))
          const added = insertPart(conditions, { [group?.operator === 'or' ? 'and' : 'or']: [inner] }, group)
          change(added.conditions, { focus: added.path })
        }}
        trigger={
          <Button look={look} icon="plus" className={className}>
            Group
          </Button>
        }
      />
      <Button look={look} icon="plus" className={className} onClick={() => setPasting(true)}>
        JSON
      </Button>
      <PasteJson
        isOpen={isPasting}
        onClose={() => setPasting(false)}
        onAdd={(logic) => {
          setPasting(false)
          insert(logic)
        }}
      />
    </div>
  )
}

function PasteJson({ isOpen, onClose, onAdd }: { isOpen: boolean; onClose: () => void; onAdd: (logic: JsonValue) => void }) {
  const [text, setText] = useState('')
  const parsed = parseJson(text)
  const isCondition = typeof parsed?.value === 'object' && parsed.value !== null && !Array.isArray(parsed.value)
  const problem =
    text.trim() === ''
      ? undefined
      : parsed === undefined
        ? 'This is not JSON yet.'
        : isCondition
          ? undefined
          : 'Conditions are an object with one operator, such as { "==": [ … ] }.'
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Add conditions as JSON"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={!isCondition}
            onClick={() => {
              if (parsed !== undefined) onAdd(parsed.value)
              setText('')
            }}
          >
            Add
          </Button>
        </>
      }
    >
      <p className="mb-2 text-sm text-soft">
        JsonLogic from another rule, a file or a colleague. What the builder cannot draw stays as a block of JSON, exactly as you paste it.
      </p>
      <JsonEditor label="JSON of the conditions" value={text} onValue={setText} />
      <p role="status" className="mt-1 min-h-5 text-sm text-block">
        {problem}
      </p>
    </Dialog>
  )
}
