import { api } from '../../api/api.ts'
import { ConfirmByName } from '../../parts/confirm-by-name.tsx'
import { announce } from '../../parts/toast.ts'
import { useDataPointsChanged } from '../../parts/use-declare-data-point.ts'
import type { DataPoint } from './use-data-points.ts'

export function RemoveDataPoint({ point: { id, name }, onClose }: { point: DataPoint; onClose: () => void }) {
  const changed = useDataPointsChanged()
  const remove = async () => {
    await api.delete('/custom-data-points/{id}', { path: { id } })
    await changed()
    announce(`${name} is no longer declared.`)
  }
  return (
    <ConfirmByName isOpen onClose={onClose} title="Remove the data point" name={name} verb="Remove" onConfirm={remove}>
      Rules can no longer read it, and a track that sends it is warned about. Events keep what was sent. A data point that is used cannot be
      removed.
    </ConfirmByName>
  )
}
