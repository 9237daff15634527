// SPDX-License-Identifier: GPL-3.0-or-later
// Feeds a fuzz target where there is no libFuzzer: PROGRAM SECONDS SEEDS-DIRECTORY. SEED= repeats a run.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::string> readSeeds(const char* directory)
{
    std::vector<std::string> seeds;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        std::ifstream file(entry.path(), std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return seeds;
}

void mutate(std::string& input, const std::vector<std::string>& seeds, std::mt19937_64& random)
{
    for (std::uint64_t i = 1 + random() % 6; i > 0; --i) {
        const std::size_t at = random() % (input.size() + 1);
        const std::string& other = seeds[random() % seeds.size()];
        switch (random() % 5) {
        case 0:
            input.resize(at);
            break;
        case 1:
            input.insert(at, 1, "\r\n:\"\\[]{},\0\xEF\xBB\xF0"[random() % 14]);
            break;
        case 2:
            input.insert(at, input.substr(at, random() % 64));
            break;
        case 3:
            input.insert(at, other.substr(random() % (other.size() + 1), random() % 64));
            break;
        default:
            if (at < input.size())
                input[at] = static_cast<char>(random());
        }
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3)
        return 2;
    const std::vector<std::string> seeds = readSeeds(argv[2]);
    if (seeds.empty())
        return 2;
    const char* given = std::getenv("SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::printf("SEED=%llu\n", static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    std::mt19937_64 random(seed);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(std::atoi(argv[1]));
    std::uint64_t runs = 0;
    while (std::chrono::steady_clock::now() < end) {
        std::string input = seeds[random() % seeds.size()];
        mutate(input, seeds, random);
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
        ++runs;
    }
    std::printf("%llu runs\n", static_cast<unsigned long long>(runs));
    return 0;
}
