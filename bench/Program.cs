using System.Diagnostics;
using Bench;

// dotnet run --project bench --configuration Release [start|logins|config|stores|requests|secrets|stacks|states|memory|pages|updates|saves|resources]
// Ratios within one run; machines differ and are noisy.
var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));
Debug.Assert(Directory.Exists(root));
switch (args.FirstOrDefault())
{
    case "start":
        await StartUp.Run(root);
        break;
    case "config":
        ConfigSet.Run(root);
        break;
    case "stores":
        await StoreCommands.Run(root);
        break;
    case "requests":
        await Requests.Run();
        break;
    case "logins":
        await Logins.Run(root);
        break;
    case "states":
        await States.Run();
        break;
    case "secrets":
        await Secrets.Run();
        break;
    case "stacks":
        await StackList.Run();
        break;
    case "memory":
        await StateMemory.Run();
        break;
    case "pages":
        await UpdatePages.Run();
        break;
    case "updates":
        await Updates.Run(root);
        break;
    case "saves":
        await Saves.Run(root);
        break;
    case "resources":
        await StackPages.Run();
        break;
    default:
        await StartUp.Run(root);
        ConfigSet.Run(root);
        await StoreCommands.Run(root);
        await Requests.Run();
        await Logins.Run(root);
        await States.Run();
        await Secrets.Run();
        await StackList.Run();
        await Updates.Run(root);
        await Saves.Run(root);
        await UpdatePages.Run();
        await StackPages.Run();
        break;
}
