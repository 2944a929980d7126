import { useState } from 'react'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { typeOptions } from '../../parts/data-type.ts'
import { Problem } from '../../parts/problem.tsx'
import { Select } from '../../parts/select.tsx'
import { useDeclareDataPoint } from '../../parts/use-declare-data-point.ts'
import { UserText } from '../../parts/user-text.tsx'
import { type SignalChoice, typeOfData } from '../../rule-tree/signal-choices.ts'
import type { UndeclaredChoice } from '../../rule-tree/undeclared-choices.ts'
import { AboutSignal } from './about-signal.tsx'

/** Data that arrives undeclared: what it had lately, and the button that lets rules read it. */
export function DeclareSignal({
  signal,
  onDeclared,
  onBack,
}: {
  signal: UndeclaredChoice
  onDeclared: (signal: SignalChoice) => void
  onBack: () => void
}) {
  const { may } = useMe()
  const [dataType, setDataType] = useState(signal.dataType)
  const { undeclared, dataType: _, ...choice } = signal
  const declare = useDeclareDataPoint(() =>
    onDeclared({ ...choice, family: 'yours', type: typeOfData[dataType], meaning: 'what your application sends with the action' }),
  )
  return (
    <div className="space-y-3 text-sm">
      <p className="font-medium">
        <UserText>{undeclared}</UserText>
      </p>
      <div className="text-xs">
        <AboutSignal signal={signal} />
      </div>
      {may('POST /custom-data-points') ? (
        <>
          <Select
            label="Type"
            value={dataType}
            onValue={setDataType}
            options={typeOptions}
            hint="It stays. A track with another type is refused from then on."
          />
          {declare.isError && <Problem what="It was not declared" error={declare.error} />}
          <div className="flex gap-2">
            <Button look="primary" isBusy={declare.isPending} onClick={() => declare.mutate({ name: undeclared, dataType })}>
              Declare and use
            </Button>
            <Button onClick={onBack}>Back</Button>
          </div>
        </>
      ) : (
        <>
          <p className="text-soft">Ask somebody who may declare data points.</p>
          <Button onClick={onBack}>Back</Button>
        </>
      )}
    </div>
  )
}
