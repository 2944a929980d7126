import { Sentence } from '../../parts/sentence.tsx'
import { AddPart } from './add-part.tsx'
import type { World } from './read-world.ts'
import { sayPart } from './say-rule.ts'
import type { Start } from './start-from.ts'

/** No conditions yet: what that means, and what to begin with. */
export function StartFrom({
  starts,
  onStart,
  world,
  isNew,
}: {
  starts: readonly Start[]
  onStart: (start: Start) => void
  world: World
  isNew: boolean
}) {
  return (
    <div>
      <p className="mb-1 text-sm text-soft">
        {isNew ? 'Add the first condition.' : 'Always: the rule asks for nothing, so it applies to every event.'}
      </p>
      <AddPart isFirst />
      {starts.length > 0 && (
        <>
          <p className="mt-3 mb-1 text-sm text-soft">Or start from one of these, and change it:</p>
          <ul className="border-t">
            {starts.map((start) => (
              <li key={start.name} className="border-b">
                <button type="button" onClick={() => onStart(start)} className="w-full px-2 py-1.5 text-left text-sm hover:bg-hover">
                  <span className="font-medium">{start.name}</span>
                  <span className="block text-xs text-soft">
                    When <Sentence>{sayPart(start.conditions, world)}</Sentence>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
