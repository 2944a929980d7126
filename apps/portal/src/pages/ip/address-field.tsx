import { useState } from 'react'
import { useLocation } from 'wouter'
import { Button } from '../../parts/button.tsx'
import { TextField } from '../../parts/text-field.tsx'

/** Asks for an address, and opens its page. */
export function AddressField({ shown = '' }: { shown?: string }) {
  const [typed, setTyped] = useState(shown)
  const [, navigate] = useLocation()
  return (
    <search>
      <form
        className="flex max-w-xl gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (typed.trim() !== '') navigate(`/ip/${encodeURIComponent(typed.trim())}`)
        }}
      >
        <TextField
          label="Address"
          isLabelHidden
          className="flex-1"
          value={typed}
          onValue={setTyped}
          placeholder="An IPv4 or IPv6 address, such as 203.0.113.7"
          isMono
        />
        <Button type="submit" look="primary" disabled={typed.trim() === ''}>
          Look up
        </Button>
      </form>
    </search>
  )
}
