import { UserText } from './user-text.tsx'

/** Any JSON to read and copy. Nothing in it is markup. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section aria-label={label} tabIndex={0} className="max-h-96 overflow-auto rounded-md border bg-surface p-3">
      <pre className="font-mono text-xs whitespace-pre-wrap">
        {JSON.stringify(value, null, 2)
          .split('\n')
          .map((line, place) => (
            <div key={place} dir="ltr">
              <UserText>{line}</UserText>
            </div>
          ))}
      </pre>
    </section>
  )
}
