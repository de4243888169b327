import { Button, Checkbox, Select } from 'antd'
import { type DragEvent, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useSecretAct } from '@/shared/api/hooks.ts'
import { FormProblem } from '@/shared/forms/FormProblem.tsx'
import { Choice, Section } from '@/shared/ui/Page.tsx'
import { planDocument } from './documents.ts'
import { type Limits, withFiles, wrongWith } from './files.ts'
import { useImportTexts } from './texts.ts'

const encodings = ['gb18030', 'big5', 'shift_jis', 'windows-1252', 'utf-16']

// Upload takes files that are dropped or chosen, and how to read them.
export function Upload({ limits }: { limits: Limits }) {
  const t = useImportTexts()
  const [, go] = useLocation()
  const input = useRef<HTMLInputElement>(null)
  const [files, setFiles] = useState<readonly File[]>([])
  const [over, setOver] = useState(false)
  const [replace, setReplace] = useState(false)
  const [prune, setPrune] = useState(false)
  const [encoding, setEncoding] = useState<string | null>(null)
  const plan = useSecretAct(planDocument)
  const add = (list: FileList | null) => setFiles((before) => withFiles(before, list ? [...list] : []))
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    add(event.dataTransfer.files)
  }
  const wrong = wrongWith(files, limits)
  const send = () =>
    plan.mutate(
      { input: { files: [...files], replace, prune, encoding, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone } },
      { onSuccess: ({ planImport: { job } }) => job && go(`/imports/${job.number}`) },
    )
  return (
    <Section title={t.upload} className="wide">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button within does the same by keyboard */}
      <div
        className={over ? 'drop drop-over' : 'drop'}
        onDragOver={(e) => {
          e.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <p className="drop-title">{t.drop}</p>
        <p className="quiet">{t.accepted(limits.files, limits.bytes)}</p>
        <Button onClick={() => input.current?.click()}>{t.choose}</Button>
        <input
          ref={input}
          className="drop-input"
          type="file"
          multiple
          tabIndex={-1}
          aria-label={t.choose}
          onChange={(e) => {
            add(e.target.files)
            e.target.value = '' // the same file may be chosen again after a correction
          }}
        />
      </div>
      {files.length > 0 && (
        <ul className="chosen-files" aria-label={t.chosen}>
          {files.map((file) => (
            <li key={file.name}>
              <span>{file.name}</span>
              <span className="quiet">{Math.max(1, Math.round(file.size / 1024)).toLocaleString()} kB</span>
              <Button size="small" type="text" aria-label={t.remove(file.name)} onClick={() => setFiles(files.filter((f) => f !== file))}>
                ✕
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="import-options">
        <Checkbox checked={replace} onChange={(e) => setReplace(e.target.checked)}>
          {t.replace}
        </Checkbox>
        <p className="quiet">{t.replaceHow}</p>
        <Checkbox checked={prune} onChange={(e) => setPrune(e.target.checked)}>
          {t.prune}
        </Checkbox>
        <p className="quiet">{t.pruneHow}</p>
        {files.some((f) => !/\.xls[xm]$/i.test(f.name)) && (
          <Choice label={t.encoding}>
            <Select
              aria-label={t.encoding}
              value={encoding ?? ''}
              onChange={(v) => setEncoding(v || null)}
              options={[{ value: '', label: t.encodingAuto }, ...encodings.map((value) => ({ value, label: value }))]}
              popupMatchSelectWidth={false}
            />
          </Choice>
        )}
      </div>
      <FormProblem error={wrong ? new Error(wrong === 'tooLarge' ? t.tooLarge(limits.bytes) : t.tooMany(limits.files)) : plan.error} />
      <Button type="primary" disabled={files.length === 0 || wrong !== null} loading={plan.isPending} onClick={send}>
        {plan.isPending ? t.sending : t.check}
      </Button>
    </Section>
  )
}
