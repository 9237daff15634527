// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace gatehouse {

/// Registers the icons under ":/gatehouse/icons/", the saved queries under ":/gatehouse/queries/", the
/// list prices under ":/gatehouse/prices/", the sample documents under ":/gatehouse/documents/" and a suite
/// about them under ":/gatehouse/smoke/". A static library's resources are dropped by the linker unless
/// somebody asks for them; asking twice is harmless.
void initResources();

} // namespace gatehouse
