import { useQuery } from '@tanstack/react-query'
import { Button, Descriptions } from 'antd'
import { Link } from 'wouter'
import { base, Fault } from '@/shared/api/ask.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer } from '@/shared/ui/Answer.tsx'
import { healthDocument } from './documents.ts'
import { useAdministrationTexts } from './texts.ts'

async function askReady(): Promise<{ ready: boolean; says: string }> {
  try {
    const response = await fetch(`${base}readyz`)
    return { ready: response.ok, says: (await response.text()).trim() }
  } catch {
    throw new Fault('', 'UNREACHABLE')
  }
}

// Health says whether the server is well.
export function Health() {
  const t = useAdministrationTexts()
  const { number } = useFormat()
  const health = useAsk(healthDocument, {})
  const ready = useQuery({ queryKey: ['readyz'], queryFn: askReady, retry: false })
  const check = () => {
    void health.refetch()
    void ready.refetch()
  }
  return (
    <section className="section" aria-label={t.health}>
      <Answer query={health}>
        {({ version, setAside }) => (
          <Descriptions
            size="small"
            column={1}
            items={[
              { key: 'version', label: t.version, children: version },
              {
                key: 'ready',
                label: t.ready,
                children: ready.error ? `✗ ${t.unreachable}` : ready.data ? (ready.data.ready ? `✓ ${t.readyYes}` : `✗ ${t.readyNo}: ${ready.data.says}`) : '…',
              },
              {
                key: 'unmapped',
                label: t.unmapped,
                children: (
                  <>
                    {number(setAside.totalCount)} <Link href="/intake">{t.inbox}</Link>
                  </>
                ),
              },
              {
                key: 'metrics',
                label: t.metrics,
                children: (
                  <>
                    <code>{base}metrics</code> {t.metricsHow}
                  </>
                ),
              },
            ]}
          />
        )}
      </Answer>
      <div className="form-actions">
        <Button onClick={check} loading={health.isFetching || ready.isFetching}>
          {t.checked}
        </Button>
      </div>
    </section>
  )
}
