import { defineMessages } from '@/shared/format/messages.ts'
import { useModalityNames } from '@/shared/words/modalities.ts'

// useTableWords has the names of tables and columns, as files have them.
export const useTableWords = defineMessages(
  {
    competencies: 'Competencies',
    knowledge_points: 'Knowledge points',
    prerequisites: 'Prerequisites',
    related: 'Related points',
    positions: 'Positions',
    requirements: 'Requirements',
    resources: 'Resources',
    org_units: 'Departments',
    employees: 'Employees',
    mastery: 'Mastery',
    levels: 'Levels',
    evidence: 'Evidence',
    states: 'States',
    events: 'Events',
    dropped: 'Dropped evidence',
    unmapped: 'Results that could not be assigned',
  },
  {
    competencies: '能力项',
    knowledge_points: '知识点',
    prerequisites: '先导关系',
    related: '关联关系',
    positions: '岗位',
    requirements: '岗位要求',
    resources: '学习资源',
    org_units: '部门',
    employees: '员工',
    mastery: '掌握状态',
    levels: '等级',
    evidence: '证据',
    states: '状态',
    events: '事件',
    dropped: '已清理的证据',
    unmapped: '未能归属的学习记录',
  },
)

export const useFieldWords = defineMessages(
  {
    code: 'code',
    name: 'name',
    name_en: 'English name',
    parent: 'parent',
    description: 'description',
    competency: 'competency',
    kind: 'kind',
    nature: 'nature',
    minutes: 'minutes',
    difficulty: 'difficulty',
    tags: 'tags',
    prerequisite: 'prerequisite',
    dependent: 'dependent',
    strength: 'strength',
    clause: 'clause',
    level: 'level',
    reason: 'reason',
    a: 'point 1',
    b: 'point 2',
    family: 'family',
    grade: 'grade',
    position: 'position',
    target: 'target',
    weight: 'weight',
    critical: 'critical',
    title: 'title',
    url: 'link',
    modality: 'form',
    language: 'language',
    teaches: 'teaches',
    org_unit: 'department',
    targets: 'target positions',
    modalities: 'preferred forms',
    manager: 'manager',
    employee: 'employee',
    knowledge_point: 'knowledge point',
    mastery: 'mastery',
    assessed_at: 'assessed at',
    label: 'label',
    label_en: 'English label',
    digit: 'digit',
  },
  {
    code: '编码',
    name: '名称',
    name_en: '英文名称',
    parent: '上级',
    description: '说明',
    competency: '能力项',
    kind: '类型',
    nature: '性质',
    minutes: '分钟',
    difficulty: '难度',
    tags: '标签',
    prerequisite: '先导',
    dependent: '后续',
    strength: '强度',
    clause: '条件组',
    level: '等级',
    reason: '理由',
    a: '知识点一',
    b: '知识点二',
    family: '序列',
    grade: '职级',
    position: '岗位',
    target: '对象',
    weight: '权重',
    critical: '关键',
    title: '标题',
    url: '链接',
    modality: '形式',
    language: '语言',
    teaches: '知识点',
    org_unit: '部门',
    targets: '目标岗位',
    modalities: '偏好形式',
    manager: '上级',
    employee: '员工',
    knowledge_point: '知识点',
    mastery: '掌握度',
    assessed_at: '评估时间',
    label: '名称',
    label_en: '英文名称',
    digit: '序号',
  },
)

// useValueWords has the words for values of the fields that allow only some.
const useValueWords = defineMessages(
  { KNOWLEDGE: 'knowledge', SKILL: 'skill', PROCEDURAL: 'procedural', CREATIVE: 'creative', HARD: 'hard', SOFT: 'soft', true: 'yes', false: 'no' },
  { KNOWLEDGE: '知识型', SKILL: '技能型', PROCEDURAL: '规程化', CREATIVE: '创造性', HARD: '硬', SOFT: '软', true: '是', false: '否' },
)
const enumerated = new Set(['kind', 'nature', 'strength', 'critical', 'modality'])

// useValueText returns how the value of a field is written: what a file calls it in the language.
export function useValueText(): (field: string, value: string) => string {
  const [values, forms] = [useValueWords(), useModalityNames()]
  return (field, value) => (enumerated.has(field) ? wordOf({ ...values, ...forms }, value) : value)
}

// wordOf returns the word for a name of the API, and the name itself where there is none.
export function wordOf(words: { [name: string]: unknown }, name: string | null): string {
  const word = name === null ? '' : words[name]
  return typeof word === 'string' ? word : (name ?? '')
}
