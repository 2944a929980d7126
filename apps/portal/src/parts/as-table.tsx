import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'

/** A chart with the same numbers as a table behind it. `children` is the chart. */
export function AsTable({
  label,
  head,
  rows,
  children,
}: {
  label: string
  head: readonly string[]
  rows: readonly (readonly ReactNode[])[]
  children: ReactNode
}) {
  const [isTable, setTable] = useState(false)
  return (
    <figure aria-label={label} className="m-0">
      {isTable ? (
        <div className="max-h-80 overflow-auto">
          <table className="w-full text-sm">
            <caption className="sr-only">{label}</caption>
            <thead>
              <tr>
                {head.map((title, place) => (
                  <th key={title} scope="col" className={`h-8 border-b font-medium text-soft ${place === 0 ? 'text-left' : 'text-right'}`}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={at}>
                  {row.map((cell, place) => (
                    <td key={place} className={`h-8 border-b ${place === 0 ? 'text-left' : 'text-right'}`}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        children
      )}
      <figcaption className="mt-1 text-right">
        <Button look="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)} className="h-6 px-2 text-xs text-soft">
          {isTable ? 'Show as chart' : 'Show as table'}
        </Button>
      </figcaption>
    </figure>
  )
}
