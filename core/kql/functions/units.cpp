// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/kernels.h"

#include <array>
#include <numbers>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

/// A unit as a multiple of its quantity's first one; offset is what its zero is in that one.
struct Unit
{
    std::string_view name;
    double factor;
    double offset = 0;
};

constexpr double Pi = std::numbers::pi;

constexpr std::array Angles = {
    Unit{"Degree", 1},
    Unit{"Arcminute", 1.0 / 60},
    Unit{"Arcsecond", 1.0 / 3600},
    Unit{"Radian", 180 / Pi},
    Unit{"Deciradian", 18 / Pi},
    Unit{"Centiradian", 1.8 / Pi},
    Unit{"Milliradian", .18 / Pi},
    Unit{"Microradian", 1.8e-4 / Pi},
    Unit{"Nanoradian", 1.8e-7 / Pi},
    Unit{"Gradian", 0.9},
    Unit{"Millidegree", 1e-3},
    Unit{"Microdegree", 1e-6},
    Unit{"Nanodegree", 1e-9},
    Unit{"NatoMil", 360.0 / 6400},
    Unit{"Revolution", 360},
    Unit{"Turn", 360},
};

constexpr double Btu = 1055.05585262;
constexpr double Therm = 105'505'585.257348;

constexpr std::array Energies = {
    Unit{"Joule", 1},
    Unit{"Millijoule", 1e-3},
    Unit{"Microjoule", 1e-6},
    Unit{"Nanojoule", 1e-9},
    Unit{"Kilojoule", 1e3},
    Unit{"Megajoule", 1e6},
    Unit{"Gigajoule", 1e9},
    Unit{"Terajoule", 1e12},
    Unit{"Petajoule", 1e15},
    Unit{"BritishThermalUnit", Btu},
    Unit{"KilobritishThermalUnit", Btu * 1e3},
    Unit{"MegabritishThermalUnit", Btu * 1e6},
    Unit{"GigabritishThermalUnit", Btu * 1e9},
    Unit{"Calorie", 4.184},
    Unit{"Kilocalorie", 4184},
    Unit{"Megacalorie", 4.184e6},
    Unit{"DecathermEc", Therm * 10},
    Unit{"DecathermImperial", 105'505'585.262 * 10},
    Unit{"DecathermUs", 105'480'400.0 * 10},
    Unit{"ElectronVolt", 1.602176565e-19},
    Unit{"KiloelectronVolt", 1.602176565e-16},
    Unit{"MegaelectronVolt", 1.602176565e-13},
    Unit{"GigaelectronVolt", 1.602176565e-10},
    Unit{"TeraelectronVolt", 1.602176565e-7},
    Unit{"Erg", 1e-7},
    Unit{"FootPound", 1.3558179483314004},
    Unit{"HorsepowerHour", 2.6845195377e6},
    Unit{"ThermEc", Therm},
    Unit{"ThermImperial", 105'505'585.262},
    Unit{"ThermUs", 105'480'400},
    Unit{"WattHour", 3600},
    Unit{"KilowattHour", 3.6e6},
    Unit{"MegawattHour", 3.6e9},
    Unit{"GigawattHour", 3.6e12},
    Unit{"TerawattHour", 3.6e15},
    Unit{"WattDay", 86'400},
    Unit{"KilowattDay", 8.64e7},
    Unit{"MegawattDay", 8.64e10},
    Unit{"GigawattDay", 8.64e13},
    Unit{"TerawattDay", 8.64e16},
};

constexpr double PoundForce = 4.4482216152605;

constexpr std::array Forces = {
    Unit{"Newton", 1},
    Unit{"Decanewton", 10},
    Unit{"Kilonewton", 1e3},
    Unit{"Meganewton", 1e6},
    Unit{"Millinewton", 1e-3},
    Unit{"Micronewton", 1e-6},
    Unit{"Dyn", 1e-5},
    Unit{"KilogramForce", 9.80665},
    Unit{"KiloPond", 9.80665},
    Unit{"TonneForce", 9806.65},
    Unit{"PoundForce", PoundForce},
    Unit{"KilopoundForce", PoundForce * 1e3},
    Unit{"OunceForce", PoundForce / 16},
    Unit{"ShortTonForce", PoundForce * 2000},
    Unit{"Poundal", 0.138254954376},
};

constexpr std::array Lengths = {
    Unit{"Meter", 1},
    Unit{"Decimeter", 0.1},
    Unit{"Centimeter", 0.01},
    Unit{"Millimeter", 1e-3},
    Unit{"Micrometer", 1e-6},
    Unit{"Nanometer", 1e-9},
    Unit{"Decameter", 10},
    Unit{"Hectometer", 100},
    Unit{"Kilometer", 1e3},
    Unit{"Megameter", 1e6},
    Unit{"Angstrom", 1e-10},
    Unit{"AstronomicalUnit", 149'597'870'700.0},
    Unit{"LightYear", 9.46073047258e15},
    Unit{"KilolightYear", 9.46073047258e18},
    Unit{"MegalightYear", 9.46073047258e21},
    Unit{"Parsec", 3.08567758128e16},
    Unit{"Kiloparsec", 3.08567758128e19},
    Unit{"Megaparsec", 3.08567758128e22},
    Unit{"SolarRadius", 695'510'000.0},
    Unit{"Inch", 0.0254},
    Unit{"Microinch", 2.54e-8},
    Unit{"Mil", 2.54e-5},
    Unit{"Hand", 0.1016},
    Unit{"Foot", 0.3048},
    Unit{"Yard", 0.9144},
    Unit{"Fathom", 1.8288},
    Unit{"Chain", 20.1168},
    Unit{"Shackle", 27.432},
    Unit{"UsSurveyFoot", 1200.0 / 3937},
    Unit{"Mile", 1609.344},
    Unit{"NauticalMile", 1852},
    Unit{"Twip", 0.0254 / 1440},
    Unit{"PrinterPoint", 0.0254 / 72.27},
    Unit{"DtpPoint", 0.0254 / 72},
    Unit{"PrinterPica", 0.0254 / 6.0225},
    Unit{"DtpPica", 0.0254 / 6},
};

constexpr double Pound = 0.45359237;

constexpr std::array Masses = {
    Unit{"Kilogram", 1},
    Unit{"Gram", 1e-3},
    Unit{"Decigram", 1e-4},
    Unit{"Centigram", 1e-5},
    Unit{"Milligram", 1e-6},
    Unit{"Microgram", 1e-9},
    Unit{"Nanogram", 1e-12},
    Unit{"Decagram", 0.01},
    Unit{"Hectogram", 0.1},
    Unit{"Tonne", 1e3},
    Unit{"Kilotonne", 1e6},
    Unit{"Megatonne", 1e9},
    Unit{"Pound", Pound},
    Unit{"Kilopound", Pound * 1e3},
    Unit{"Megapound", Pound * 1e6},
    Unit{"Ounce", Pound / 16},
    Unit{"Grain", Pound / 7000},
    Unit{"Stone", Pound * 14},
    Unit{"Slug", 14.593902937206364},
    Unit{"ShortHundredweight", Pound * 100},
    Unit{"LongHundredweight", Pound * 112},
    Unit{"ShortTon", Pound * 2000},
    Unit{"LongTon", Pound * 2240},
    Unit{"EarthMass", 5.9722e24},
    Unit{"SolarMass", 1.98947e30},
};

constexpr std::array Speeds = {
    Unit{"MeterPerSecond", 1},
    Unit{"DecimeterPerSecond", 0.1},
    Unit{"CentimeterPerSecond", 0.01},
    Unit{"MillimeterPerSecond", 1e-3},
    Unit{"MicrometerPerSecond", 1e-6},
    Unit{"NanometerPerSecond", 1e-9},
    Unit{"KilometerPerSecond", 1e3},
    Unit{"MeterPerMinute", 1.0 / 60},
    Unit{"DecimeterPerMinute", 0.1 / 60},
    Unit{"CentimeterPerMinute", 0.01 / 60},
    Unit{"MillimeterPerMinute", 1e-3 / 60},
    Unit{"MicrometerPerMinute", 1e-6 / 60},
    Unit{"NanometerPerMinute", 1e-9 / 60},
    Unit{"KilometerPerMinute", 1e3 / 60},
    Unit{"MeterPerHour", 1.0 / 3600},
    Unit{"CentimeterPerHour", 0.01 / 3600},
    Unit{"MillimeterPerHour", 1e-3 / 3600},
    Unit{"KilometerPerHour", 1e3 / 3600},
    Unit{"InchPerSecond", 0.0254},
    Unit{"InchPerMinute", 0.0254 / 60},
    Unit{"InchPerHour", 0.0254 / 3600},
    Unit{"FootPerSecond", 0.3048},
    Unit{"FootPerMinute", 0.3048 / 60},
    Unit{"FootPerHour", 0.3048 / 3600},
    Unit{"YardPerSecond", 0.9144},
    Unit{"YardPerMinute", 0.9144 / 60},
    Unit{"YardPerHour", 0.9144 / 3600},
    Unit{"UsSurveyFootPerSecond", 1200.0 / 3937},
    Unit{"UsSurveyFootPerMinute", 20.0 / 3937},
    Unit{"UsSurveyFootPerHour", 1.0 / 3 / 3937},
    Unit{"MilePerHour", 0.44704},
    Unit{"Knot", 1852.0 / 3600},
    Unit{"Mach", 340.29},
};

constexpr std::array Temperatures = {
    Unit{"Kelvin", 1},
    Unit{"DegreeCelsius", 1, 273.15},
    Unit{"MillidegreeCelsius", 1e-3, 273.15},
    Unit{"DegreeDelisle", -2.0 / 3, 373.15},
    Unit{"DegreeFahrenheit", 5.0 / 9, 459.67 * 5 / 9},
    Unit{"DegreeNewton", 100.0 / 33, 273.15},
    Unit{"DegreeRankine", 5.0 / 9},
    Unit{"DegreeReaumur", 1.25, 273.15},
    Unit{"DegreeRoemer", 40.0 / 21, 273.15 - 7.5 * 40 / 21},
    Unit{"SolarTemperature", 5778},
};

constexpr double Liter = 1e-3;
constexpr double UsGallon = 0.003785411784;
constexpr double ImperialGallon = 0.00454609;
constexpr double CubicFoot = 0.028316846592;

constexpr std::array Volumes = {
    Unit{"CubicMeter", 1},
    Unit{"CubicDecimeter", 1e-3},
    Unit{"CubicCentimeter", 1e-6},
    Unit{"CubicMillimeter", 1e-9},
    Unit{"CubicMicrometer", 1e-18},
    Unit{"CubicHectometer", 1e6},
    Unit{"CubicKilometer", 1e9},
    Unit{"Liter", Liter},
    Unit{"Deciliter", Liter * 0.1},
    Unit{"Centiliter", Liter * 0.01},
    Unit{"Milliliter", Liter * 1e-3},
    Unit{"Microliter", Liter * 1e-6},
    Unit{"Nanoliter", Liter * 1e-9},
    Unit{"Hectoliter", Liter * 100},
    Unit{"Kiloliter", Liter * 1e3},
    Unit{"Megaliter", Liter * 1e6},
    Unit{"CubicInch", 0.0254 * 0.0254 * 0.0254},
    Unit{"CubicFoot", CubicFoot},
    Unit{"HectocubicFoot", CubicFoot * 100},
    Unit{"KilocubicFoot", CubicFoot * 1e3},
    Unit{"CubicYard", CubicFoot * 27},
    Unit{"CubicMile", 1609.344 * 1609.344 * 1609.344},
    Unit{"AcreFoot", CubicFoot * 43'560},
    Unit{"BoardFoot", CubicFoot / 12},
    Unit{"UsGallon", UsGallon},
    Unit{"UsQuart", UsGallon / 4},
    Unit{"UsPint", UsGallon / 8},
    Unit{"UsOunce", UsGallon / 128},
    Unit{"UsTablespoon", UsGallon / 256},
    Unit{"UsTeaspoon", UsGallon / 768},
    Unit{"UsCustomaryCup", UsGallon / 16},
    Unit{"UsLegalCup", 2.4e-4},
    Unit{"UsBeerBarrel", UsGallon * 31},
    Unit{"OilBarrel", UsGallon * 42},
    Unit{"ImperialGallon", ImperialGallon},
    Unit{"ImperialQuart", ImperialGallon / 4},
    Unit{"ImperialPint", ImperialGallon / 8},
    Unit{"ImperialOunce", ImperialGallon / 160},
    Unit{"ImperialBeerBarrel", ImperialGallon * 36},
    Unit{"MetricCup", 2.5e-4},
    Unit{"MetricTeaspoon", 5e-6},
    Unit{"AuTablespoon", 2e-5},
    Unit{"UkTablespoon", 1.5e-5},
};

template <std::size_t Size>
const Unit* find(const std::array<Unit, Size>& units, std::string_view name)
{
    for (const Unit& unit : units) {
        if (unit.name == name)
            return &unit;
    }
    return nullptr;
}

/// convert_…(value, from, to); an unknown unit gives null.
template <const auto& Units>
void convert(Evaluation&, Args args, Column& out)
{
    const Unit* from = find(Units, args[1].text);
    const Unit* to = find(Units, args[2].text);
    if (from == nullptr || to == nullptr)
        out.appendNull();
    else
        out.appendReal((args[0].real * from->factor + from->offset - to->offset) / to->factor);
}

const std::array UnitFunctions = {
    FunctionSpec{"convert_angle", "rss", 'r', convert<Angles>, nullptr, Strict},
    FunctionSpec{"convert_energy", "rss", 'r', convert<Energies>, nullptr, Strict},
    FunctionSpec{"convert_force", "rss", 'r', convert<Forces>, nullptr, Strict},
    FunctionSpec{"convert_length", "rss", 'r', convert<Lengths>, nullptr, Strict},
    FunctionSpec{"convert_mass", "rss", 'r', convert<Masses>, nullptr, Strict},
    FunctionSpec{"convert_speed", "rss", 'r', convert<Speeds>, nullptr, Strict},
    FunctionSpec{"convert_temperature", "rss", 'r', convert<Temperatures>, nullptr, Strict},
    FunctionSpec{"convert_volume", "rss", 'r', convert<Volumes>, nullptr, Strict},
};

} // namespace

std::span<const FunctionSpec> unitFunctions()
{
    return UnitFunctions;
}

} // namespace gatehouse::kql
