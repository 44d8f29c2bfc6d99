import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Role, roleSchema } from '#common/access/index.ts';

/** Choosing a role, with what it may do. */
export function RoleSelect({
  value,
  onChange,
  disabled = false,
}: {
  readonly value: Role;
  readonly onChange: (role: Role) => void;
  readonly disabled?: boolean;
}) {
  const { t } = useTranslation(['admin', 'app']);
  return (
    <Select
      label={t('people.role')}
      description={t(`people.roleHint.${value}`)}
      data={roleSchema.options.map((role) => ({ value: role, label: t(`app:role.${role}`) }))}
      value={value}
      disabled={disabled}
      allowDeselect={false}
      onChange={(chosen) => {
        const role = roleSchema.safeParse(chosen);
        if (role.success) onChange(role.data);
      }}
    />
  );
}
