/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/bridge.h"

#include <reader.h>

/* What Windows calls them: absent 1, present 2, and so on. */
static const DWORD state_bits[] = { SCARD_ABSENT, SCARD_PRESENT,
	SCARD_SWALLOWED, SCARD_POWERED, SCARD_NEGOTIABLE, SCARD_SPECIFIC };

#define WIN_PROTOCOL_RAW 0x10000u
#define WIN_PROTOCOL_T   (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)
#define WIN_CTL          0x00310000u /* CTL_CODE of a smart card device */
#define WIN_CTL_FUNCTION 0x3ffcu

uint32_t
bridge_code(LONG rv, enum bridge_call call)
{
	if (call == BRIDGE_DRIVER && rv == SCARD_E_UNSUPPORTED_FEATURE)
		return WIN_E_UNSUPPORTED_FEATURE;
	return (uint32_t)rv;
}

uint32_t
bridge_protocol_out(DWORD protocol)
{
	if (protocol == SCARD_PROTOCOL_RAW)
		return WIN_PROTOCOL_RAW;
	return (uint32_t)(protocol & WIN_PROTOCOL_T);
}

DWORD
bridge_protocol_in(uint32_t protocol)
{
	DWORD p = protocol & WIN_PROTOCOL_T;

	if ((protocol & WIN_PROTOCOL_RAW) != 0)
		p |= SCARD_PROTOCOL_RAW;
	return p;
}

uint32_t
bridge_state_out(DWORD state)
{
	for (size_t i = NELEM(state_bits); i-- > 0;)
		if ((state & state_bits[i]) != 0)
			return (uint32_t)i + 1;
	return 0;
}

DWORD
bridge_control_in(uint32_t code)
{
	if ((code & ~WIN_CTL_FUNCTION) == WIN_CTL)
		return SCARD_CTL_CODE((code & WIN_CTL_FUNCTION) >> 2);
	return code;
}
